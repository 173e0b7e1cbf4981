import { lookup, type LookupAddress } from 'node:dns';
import { classifyAddress } from './address-rules.ts';
import { OutboundError } from './outbound-error.ts';
import { allowingEntry, judge, type OutboundPolicy } from './outbound-policy.ts';

/** Every address of a name, in the order of preference. Rejects when there is none. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

/** The system's resolver: hosts file, then DNS. Simultaneous questions for one name share an answer. */
export function createSystemResolve(): Resolve {
  // getaddrinfo has two threads for the whole process; a burst of calls must not queue there.
  const inFlight = new Map<string, Promise<LookupAddress[]>>();
  return (hostname) => {
    const running = inFlight.get(hostname);
    if (running !== undefined) return running;
    const question = new Promise<LookupAddress[]>((resolve, reject) => {
      lookup(hostname, { all: true }, (error, addresses) => {
        inFlight.delete(hostname);
        if (error === null) resolve(addresses);
        else reject(error);
      });
    });
    inFlight.set(hostname, question);
    return question;
  };
}

/**
 * Resolves a name for one connection and checks every address. A name with a forbidden address is refused
 * as a whole: a public service has no private addresses, so a mixture is a trick or a mistake. Names that
 * mean only this machine (`localhost` is both 127.0.0.1 and ::1) use whichever of the two is allowed.
 * @throws OutboundError `dns` or `address_forbidden`
 */
export async function resolveAllowed(
  resolve: Resolve,
  policy: OutboundPolicy,
  target: { hostname: string; port: number },
): Promise<LookupAddress[]> {
  let addresses: LookupAddress[];
  try {
    addresses = await resolve(target.hostname);
  } catch (cause) {
    throw new OutboundError('dns', { cause });
  }
  if (addresses.length === 0) throw new OutboundError('dns');
  const judged = addresses.map((found) => ({
    found,
    verdict: judge(policy, { ...target, address: found.address }),
  }));
  const refused = judged.flatMap(({ found, verdict }) => (verdict.allowed ? [] : [{ found, verdict }]));
  const [first] = refused;
  if (first === undefined) return addresses;
  const allowed = judged.filter(({ verdict }) => verdict.allowed).map(({ found }) => found);
  const onlyThisMachine = refused.every(({ verdict }) => verdict.addressClass === 'loopback');
  if (
    onlyThisMachine &&
    allowed.length > 0 &&
    allowed.every(({ address }) => classifyAddress(address) === 'loopback')
  ) {
    return allowed;
  }
  throw new OutboundError('address_forbidden', {
    allowEntry: allowingEntry(first.verdict, { ...target, address: first.found.address }),
    needsMetadataFlag: first.verdict.needsMetadataFlag,
  });
}
