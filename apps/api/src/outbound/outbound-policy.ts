import { networkInterfaces } from 'node:os';
import { classifyIp, type AddressClass } from './address-rules.ts';
import { exactEntryFor, type AllowList, type ConnectionTarget } from './allow-list.ts';
import { parseIpAddress, type IpAddress } from './ip-address.ts';

/** What may be called beyond public addresses. */
export interface OutboundPolicy {
  allow: AllowList;
  /** The single-machine default: loopback on any port except this installation's own listeners. */
  allowLoopback: boolean;
  /** Ports that this installation listens on, its database included. */
  ownPorts: () => ReadonlySet<number>;
  /** Lets entries of `allow` cover the clouds' metadata addresses; by itself it opens nothing. */
  allowMetadata: boolean;
}

export type Verdict =
  | { allowed: true }
  | {
      allowed: false;
      addressClass: AddressClass;
      /** Whether an entry alone would allow it; metadata needs its flag too. */
      needsMetadataFlag: boolean;
    };

const ALLOWED: Verdict = { allowed: true };

/** Whether a connection to one address of a host may be made. */
export function judge(policy: OutboundPolicy, target: ConnectionTarget): Verdict {
  const address = parseIpAddress(target.address);
  const addressClass = address === null ? 'not_an_address' : classifyIp(address);
  if (addressClass === 'public') return ALLOWED;
  const needsMetadataFlag = addressClass === 'metadata' && !policy.allowMetadata;
  const refused: Verdict = { allowed: false, addressClass, needsMetadataFlag };
  // Connecting to the unspecified address reaches this machine, whatever an entry says it is.
  if (address === null || addressClass === 'unspecified' || needsMetadataFlag) return refused;
  const entry = policy.allow.find(target);
  // Only an entry that names the port opens a port of our own: a call to ourselves can only loop or probe.
  if (entry !== null && entry.port !== null) return ALLOWED;
  if (policy.ownPorts().has(target.port) && isThisMachine(address, addressClass)) return refused;
  if (entry !== null) return ALLOWED;
  return policy.allowLoopback && addressClass === 'loopback' ? ALLOWED : refused;
}

/** The entry that would allow a refused address; null when no entry alone does (metadata, `0.0.0.0`). */
export function allowingEntry(verdict: Verdict, { address, port }: ConnectionTarget): string | null {
  if (verdict.allowed || verdict.needsMetadataFlag || verdict.addressClass === 'unspecified') return null;
  return exactEntryFor(address, port);
}

function isThisMachine(address: IpAddress, addressClass: AddressClass): boolean {
  if (addressClass === 'loopback') return true;
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some((own) => {
      const parsed = parseIpAddress(own.address);
      return parsed !== null && parsed.family === address.family && parsed.value === address.value;
    }),
  );
}
