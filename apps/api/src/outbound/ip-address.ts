import { isIP, isIPv4 } from 'node:net';

/** An address as a number, so that ranges are compared by arithmetic and every notation of it is equal. */
export interface IpAddress {
  family: 4 | 6;
  /** 32 or 128 bits. */
  value: bigint;
}

/** A block of addresses: the first `prefixLength` bits of `value` are fixed. */
export interface IpRange extends IpAddress {
  prefixLength: number;
}

const MAPPED_IPV4_PREFIX = 0xffffn << 32n;

/**
 * Reads an address in its textual form, without brackets; a zone (`%eth0`) is ignored. An IPv4-mapped
 * IPv6 address is the IPv4 address that it stands for, because that is where the kernel sends it.
 * Anything that `net.isIP` does not accept is null, so that callers fail closed.
 */
export function parseIpAddress(text: string): IpAddress | null {
  if (isIP(text) === 0) return null;
  const withoutZone = text.replace(/%.*$/, '');
  if (isIPv4(withoutZone)) return { family: 4, value: parseIpv4(withoutZone) };
  const value = parseIpv6(withoutZone);
  return value >> 32n === MAPPED_IPV4_PREFIX >> 32n
    ? { family: 4, value: lastBits(value, 32) }
    : { family: 6, value };
}

/** `10.0.0.0/8` or `fc00::/7`, or a bare address as a block of one. Null when it is neither. */
export function parseIpRange(text: string): IpRange | null {
  const [base = '', bits, ...rest] = text.split('/');
  const address = parseIpAddress(base);
  if (address === null || rest.length > 0) return null;
  const width = address.family === 4 ? 32 : 128;
  if (bits === undefined) return { ...address, prefixLength: width };
  if (!/^\d{1,3}$/.test(bits)) return null;
  // `::ffff:10.0.0.0/104` counts its bits in the longer form.
  const prefixLength = Number(bits) - (address.family === 4 && base.includes(':') ? 96 : 0);
  return prefixLength >= 0 && prefixLength <= width ? { ...address, prefixLength } : null;
}

/** The first address of the block that `range` lies in; differs from `range.value` when host bits are set. */
export function firstAddress(range: IpRange): IpAddress {
  const hostBits = BigInt((range.family === 4 ? 32 : 128) - range.prefixLength);
  return { family: range.family, value: (range.value >> hostBits) << hostBits };
}

export function isInRange(address: IpAddress, range: IpRange): boolean {
  if (address.family !== range.family) return false;
  const hostBits = BigInt((range.family === 4 ? 32 : 128) - range.prefixLength);
  return address.value >> hostBits === range.value >> hostBits;
}

/** The last `count` bits of a number. */
export function lastBits(value: bigint, count: number): bigint {
  return value & ((1n << BigInt(count)) - 1n);
}

/** Canonical text: dotted IPv4, or IPv6 in lower case with its longest run of zeros folded. */
export function formatIpAddress(address: IpAddress): string {
  if (address.family === 4) {
    return [24n, 16n, 8n, 0n].map((shift) => ((address.value >> shift) & 255n).toString()).join('.');
  }
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((address.value >> BigInt(112 - index * 16)) & 0xffffn).toString(16),
  );
  // The URL parser knows the canonical form (RFC 5952).
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

function parseIpv4(text: string): bigint {
  return text.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function parseIpv6(text: string): bigint {
  const [head = '', tail] = text.split('::');
  const before = ipv6Groups(head);
  const after = tail === undefined ? [] : ipv6Groups(tail);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0n);
  return [...before, ...zeros, ...after].reduce((value, group) => (value << 16n) | group, 0n);
}

function ipv6Groups(text: string): bigint[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)];
    const embedded = parseIpv4(group);
    return [embedded >> 16n, embedded & 0xffffn];
  });
}
