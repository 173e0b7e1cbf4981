import { isIP, isIPv6 } from 'node:net';
import { describeReason, type Reason } from '@aigc/shared/reasons';
import {
  firstAddress,
  formatIpAddress,
  isInRange,
  parseIpAddress,
  parseIpRange,
  type IpRange,
} from './ip-address.ts';

/** One exception: a block of addresses or an exact host name, on one port or (`null`) on any. */
export interface AllowEntry {
  /** As it was written. */
  text: string;
  port: number | null;
  target: { kind: 'range'; range: IpRange } | { kind: 'name'; name: string };
}

/** Where a connection goes: the host as the URL gives it, without brackets, and one address of it. */
export interface ConnectionTarget {
  hostname: string;
  address: string;
  port: number;
}

/** An entry that cannot be read; the message names it and says how one looks. */
export class AllowEntryError extends Error {
  override readonly name = 'AllowEntryError';
  readonly entry: string;
  readonly reason: Reason;

  constructor(entry: string, reason: Reason) {
    super(describeReason(reason));
    this.entry = entry;
    this.reason = reason;
  }
}

const EXAMPLES = '127.0.0.1:11434, [::1]:8000, 10.1.0.0/16:* or host.docker.internal:11434';
const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
// A name whose last label is a number is an address in disguise to every URL parser.
const HOST_NAME = new RegExp(`^(?=.{1,253}$)(?!(?:.*\\.)?(?:\\d+|0x[0-9a-f]*)$)${LABEL}(?:\\.${LABEL})*$`);

/** The addresses that are called although the rules deny them. Immutable. */
export class AllowList {
  static readonly empty: AllowList = new AllowList([]);

  readonly entries: readonly AllowEntry[];

  constructor(entries: readonly AllowEntry[]) {
    this.entries = entries;
  }

  /** This list and another's entries. */
  with(other: AllowList): AllowList {
    return new AllowList([...this.entries, ...other.entries]);
  }

  /** The entry that covers the target: one that names the port before one for any port. */
  find(target: ConnectionTarget): AllowEntry | null {
    const address = parseIpAddress(target.address);
    if (address === null) return null;
    const name = canonicalName(target.hostname);
    const covering = this.entries.filter(
      (entry) =>
        (entry.port === null || entry.port === target.port) &&
        (entry.target.kind === 'name' ? entry.target.name === name : isInRange(address, entry.target.range)),
    );
    return covering.find((entry) => entry.port !== null) ?? covering[0] ?? null;
  }
}

/** Reads a list as in `UPSTREAM_ALLOW`: entries separated by commas or white space. @throws AllowEntryError */
export function parseAllowList(text: string): AllowList {
  return new AllowList(
    text
      .split(/[\s,]+/)
      .filter((entry) => entry !== '')
      .map(parseAllowEntry),
  );
}

/** Reads one entry. @throws AllowEntryError */
export function parseAllowEntry(text: string): AllowEntry {
  const split = /^(.*):([^:\]]*)$/.exec(text);
  const host = split?.[1];
  const portText = split?.[2];
  if (host === undefined || portText === undefined) throw wrongEntry(text, 'no_port');
  if (host === '') throw wrongEntry(text, 'no_host');
  return { text, port: parsePort(text, portText), target: parseTarget(text, host) };
}

/** The entry that would allow exactly this address and port. Null for what is not an address. */
export function exactEntryFor(address: string, port: number): string | null {
  const parsed = parseIpAddress(address);
  if (parsed === null) return null;
  const host = formatIpAddress(parsed);
  return parsed.family === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

function parsePort(entry: string, text: string): number | null {
  if (text === '*') return null;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65535) {
    throw wrongEntry(entry, 'port');
  }
  return port;
}

function parseTarget(entry: string, host: string): AllowEntry['target'] {
  // Both [fd00::]/8 and [fd00::/8] are in use.
  const bracketed = /^\[([^\]]+)\](\/\d+)?$/.exec(host);
  const plain = bracketed === null ? host : `${bracketed[1]}${bracketed[2] ?? ''}`;
  const [base = ''] = plain.split('/');
  if (isIP(base) !== 0) {
    if (isIPv6(base) !== (bracketed !== null)) {
      throw wrongEntry(entry, 'brackets');
    }
    return { kind: 'range', range: parseRange(entry, plain) };
  }
  const name = canonicalName(host);
  if (!HOST_NAME.test(name)) {
    throw wrongEntry(entry, 'name');
  }
  return { kind: 'name', name };
}

function parseRange(entry: string, text: string): IpRange {
  const range = parseIpRange(text);
  if (range === null) throw wrongEntry(entry, 'block');
  const first = firstAddress(range);
  if (first.value !== range.value) {
    const meant = formatIpAddress(first);
    throw new AllowEntryError(entry, {
      code: 'allow_block_start',
      params: { entry, length: range.prefixLength, start: meant },
    });
  }
  return range;
}

/** Lower case and without the dot of a fully qualified name. */
function canonicalName(hostname: string): string {
  return hostname.toLowerCase().replace(/\.$/, '');
}

function wrongEntry(
  entry: string,
  problem: 'no_port' | 'no_host' | 'port' | 'brackets' | 'name' | 'block',
): AllowEntryError {
  return new AllowEntryError(entry, {
    code: 'allow_entry_wrong',
    params: { entry, problem, examples: EXAMPLES },
  });
}
