/** The ways to write an IPv4 address as the host of a URL that end at that address, or at one that holds it. */
export function spellingsOf(address: string): readonly (readonly [how: string, host: string])[] {
  const parts = address.split('.').map(Number);
  const [a = 0, b = 0, c = 0, d = 0] = parts;
  const number = ((a * 256 + b) * 256 + c) * 256 + d;
  const hex = (value: number, digits = 1): string => value.toString(16).padStart(digits, '0');
  const octal = (value: number): string => `0${value.toString(8)}`;
  const high = hex(a * 256 + b);
  const low = hex(c * 256 + d);
  return [
    ['dotted', address],
    ['with a trailing dot', `${address}.`],
    ['decimal', String(number)],
    ['hexadecimal', `0x${hex(number, 8)}`],
    ['hexadecimal in capitals', `0X${hex(number, 8).toUpperCase()}`],
    ['hexadecimal with leading zeros', `0x00000000${hex(number, 8)}`],
    ['octal', octal(number)],
    ['octal with leading zeros', `0000${octal(number)}`],
    ['dotted hexadecimal', parts.map((part) => `0x${hex(part)}`).join('.')],
    ['dotted octal', parts.map(octal).join('.')],
    ['dotted, mixed', `0x${hex(a)}.${octal(b)}.${c}.${d}`],
    ['three parts', `${a}.${b}.${c * 256 + d}`],
    ['two parts', `${a}.${(b * 256 + c) * 256 + d}`],
    ['two parts, mixed', `${octal(a)}.0x${hex((b * 256 + c) * 256 + d)}`],
    ['percent-encoded', [...Buffer.from(address)].map((byte) => `%${hex(byte, 2)}`).join('')],
    ['full-width digits', address.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)))],
    ['mathematical digits', address.replace(/\d/g, (digit) => String.fromCodePoint(0x1d7d8 + Number(digit)))],
    ['ideographic full stops', address.replaceAll('.', '\u3002')],
    ['full-width full stops', address.replaceAll('.', '\uff0e')],
    ['IPv4-mapped', `[::ffff:${address}]`],
    ['IPv4-mapped, hexadecimal', `[::ffff:${high}:${low}]`],
    ['IPv4-mapped, in full', `[0000:0000:0000:0000:0000:FFFF:${high}:${low}]`],
    ['IPv4-compatible', `[::${address}]`],
    ['IPv4-translated', `[::ffff:0:${address}]`],
    ['behind NAT64', `[64:ff9b::${address}]`],
    ['behind NAT64, hexadecimal', `[64:ff9b:0:0:0:0:${high}:${low}]`],
    ['behind local NAT64', `[64:ff9b:1::${address}]`],
    ['6to4', `[2002:${high}:${low}::1]`],
    ['Teredo', `[2001:0:${high}:${low}::1]`],
    ['ISATAP', `[2606:4700::5efe:${address}]`],
  ];
}
