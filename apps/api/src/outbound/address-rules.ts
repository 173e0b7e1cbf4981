import {
  isInRange,
  lastBits,
  parseIpAddress,
  parseIpRange,
  type IpAddress,
  type IpRange,
} from './ip-address.ts';

/** What an address is for. Only `public` may be called without an exception. */
export type AddressClass =
  | 'public'
  | 'loopback'
  | 'private'
  | 'link_local'
  | 'carrier_nat'
  | 'metadata'
  | 'multicast'
  | 'unspecified'
  | 'documentation'
  | 'benchmarking'
  | 'reserved'
  | 'not_an_address';

type Rule = readonly [AddressClass, ...string[]];

/**
 * Where clouds keep credentials of the machine. They come first: most lie inside wider private blocks, and
 * an exception for such a block must not open them.
 */
const METADATA: Rule = [
  'metadata',
  '169.254.169.254', // AWS, Azure, Google, DigitalOcean, OpenStack and most others
  '169.254.169.253', // AWS resolver
  '169.254.169.123', // AWS clock
  '169.254.170.2', // AWS ECS credentials
  '169.254.170.23', // AWS EKS credentials
  '169.254.0.23', // Tencent
  '169.254.10.10', // Tencent, Volcengine
  '169.254.42.42', // Scaleway
  '100.100.100.200', // Alibaba
  '100.96.0.96', // Volcengine
  '168.63.129.16', // Azure host agent: a public address that only its own machines reach
  '192.0.0.192', // Oracle
  'fd00:ec2::/32', // AWS
  'fd20:ce::254', // Google
  'fd00:42::42', // Scaleway
  'fd00:c1::a9fe:a9fe', // Oracle
];

/** IANA's special-purpose registry for IPv4; what it does not name is public. */
const IPV4_RULES: readonly Rule[] = [
  METADATA,
  ['unspecified', '0.0.0.0'],
  ['loopback', '127.0.0.0/8'],
  ['private', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
  ['link_local', '169.254.0.0/16'],
  ['carrier_nat', '100.64.0.0/10'],
  ['documentation', '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'],
  ['benchmarking', '198.18.0.0/15'],
  ['multicast', '224.0.0.0/4'],
  // "This network", protocol assignments, AS112 and AMT anycast, the 6to4 relay, class E and broadcast.
  ['reserved', '0.0.0.0/8', '192.0.0.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24'],
  ['reserved', '192.175.48.0/24', '240.0.0.0/4'],
];

/** IPv6 the other way round: only global unicast is public, and of that not what is named here. */
const IPV6_RULES: readonly Rule[] = [
  METADATA,
  ['unspecified', '::'],
  ['loopback', '::1'],
  ['private', 'fc00::/7', 'fec0::/10', '64:ff9b:1::/48'],
  ['link_local', 'fe80::/10'],
  ['multicast', 'ff00::/8'],
  ['documentation', '2001:db8::/32', '3fff::/20'],
  ['benchmarking', '2001:2::/48'],
  // Protocol assignments (with Teredo and ORCHID), 6to4 and the old 6bone: they tunnel or embed IPv4.
  ['reserved', '2001::/23', '2002::/16', '3ffe::/16'],
];

const GLOBAL_UNICAST = range('2000::/3');
/** RFC 6052: networks without IPv4 reach it through this prefix, so the address inside decides. */
const NAT64 = range('64:ff9b::/96');
/** ISATAP puts an IPv4 address behind 0:5efe or 200:5efe in the last 64 bits. */
const ISATAP_MARK = 0x5efen;

const rulesByFamily = { 4: compile(IPV4_RULES), 6: compile(IPV6_RULES) };

/** Classifies an address in textual form; what is not one is `not_an_address`, never public. */
export function classifyAddress(text: string): AddressClass {
  const address = parseIpAddress(text);
  return address === null ? 'not_an_address' : classifyIp(address);
}

/** Classifies a parsed address. */
export function classifyIp(address: IpAddress): AddressClass {
  for (const [kind, ranges] of rulesByFamily[address.family]) {
    if (ranges.some((candidate) => isInRange(address, candidate))) return kind;
  }
  if (address.family === 4) return 'public';
  const embedded: IpAddress = { family: 4, value: lastBits(address.value, 32) };
  if (isInRange(address, NAT64)) return classifyIp(embedded);
  if (!isInRange(address, GLOBAL_UNICAST)) return 'reserved';
  const interfaceHead = lastBits(address.value >> 32n, 32);
  const isIsatap = (interfaceHead & ~(0x0200n << 16n)) === ISATAP_MARK;
  return isIsatap ? classifyIp(embedded) : 'public';
}

function compile(rules: readonly Rule[]): (readonly [AddressClass, IpRange[]])[] {
  return rules.map(([kind, ...ranges]) => [kind, ranges.map(range)] as const);
}

function range(text: string): IpRange {
  const parsed = parseIpRange(text);
  if (parsed === null) throw new Error(`not an address range: ${text}`);
  return parsed;
}
