const ASCII = (text: string): Buffer => Buffer.from(text, 'latin1');

/** The lower-case form of each byte that a header's name may have, 0 for the others. */
const LOWER_CASE = new Uint8Array(256);
for (const byte of ASCII("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz")) LOWER_CASE[byte] = byte;
for (const byte of ASCII('ABCDEFGHIJKLMNOPQRSTUVWXYZ')) LOWER_CASE[byte] = byte | 0x20;

const SLOTS = 256;
const MAX_REMEMBERED_LENGTH = 40;
/** Names by their hash; the one that was met last, where two share a slot. */
const remembered = Array.from({ length: SLOTS }, () => '');

/** The lower-case form of a byte of a header's name, 0 for a byte that no name has. */
export function lowerNameByte(byte: number): number {
  return LOWER_CASE[byte] as number;
}

/**
 * The name between two offsets in lower case. The names of one upstream are always the same; they are found
 * by `hash` and compared, which is cheaper than making strings of them, and so is using them as keys.
 */
export function readHeaderName(
  bytes: Buffer,
  { start, end, hash }: { start: number; end: number; hash: number },
): string {
  const slot = hash & (SLOTS - 1);
  const known = remembered[slot] as string;
  if (known.length === end - start && isSame(bytes, start, known)) return known;
  const name = bytes.toString('latin1', start, end).toLowerCase();
  if (name.length <= MAX_REMEMBERED_LENGTH) remembered[slot] = name;
  return name;
}

function isSame(bytes: Buffer, start: number, name: string): boolean {
  for (let index = 0; index < name.length; index += 1) {
    if (LOWER_CASE[bytes[start + index] as number] !== name.charCodeAt(index)) return false;
  }
  return true;
}
