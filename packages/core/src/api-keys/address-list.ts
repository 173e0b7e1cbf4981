import { BlockList, isIP } from 'node:net';

/** Addresses and networks (CIDR), to be asked often. What cannot be read allows nothing. */
export function toAddressList(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/', 2);
    const family = familyOf(address);
    if (family === null) continue;
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/** Whether a list holds an address; also an IPv4 address in its IPv6 form. An unknown address is in no list. */
export function includesAddress(list: BlockList, address: string | null): boolean {
  const family = address === null ? null : familyOf(address);
  return address !== null && family !== null && list.check(address, family);
}

function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  const version = isIP(address);
  return version === 0 ? null : version === 4 ? 'ipv4' : 'ipv6';
}
