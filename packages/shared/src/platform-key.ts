import { randomText } from './ids.ts';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_LENGTH = 34;
const CHECKSUM_LENGTH = 6;

/** What a key may do: `model` keys call models, `management` keys read and change the panel's data over REST. */
export const KEY_KINDS = ['model', 'management'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

export const KEY_PREFIX: Record<KeyKind, string> = { model: 'sk-aigc-', management: 'mk-aigc-' };

/** Characters after the prefix: 34 random ones and a checksum of six. */
export const KEY_BODY_LENGTH = RANDOM_LENGTH + CHECKSUM_LENGTH;

/** Remainders of CRC-32 (ISO-HDLC, polynomial 0xEDB88320 reflected) for each byte. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** The place of each ASCII character in `BASE62`; `NOT_BASE62` for the others. */
const NOT_BASE62 = 0xff;
const DIGIT_OF = new Uint8Array(128).fill(NOT_BASE62);
for (let digit = 0; digit < BASE62.length; digit += 1) DIGIT_OF[BASE62.charCodeAt(digit)] = digit;

/** CRC-32 of the random part that begins at `start`, as an unsigned number; -1: it has other characters than those of a key. */
function crc32(text: string, start: number): number {
  let crc = 0xffffffff;
  for (let index = start; index < start + RANDOM_LENGTH; index += 1) {
    const code = text.charCodeAt(index);
    if ((DIGIT_OF[code] ?? NOT_BASE62) === NOT_BASE62) return -1;
    crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ code) & 0xff] ?? 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function checksum(random: string): string {
  let rest = crc32(random, 0);
  let text = '';
  for (let place = 0; place < CHECKSUM_LENGTH; place += 1) {
    text = BASE62.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

/** A new secret key in full. It is shown to its owner once and stored only as a hash. */
export function generatePlatformKey(kind: KeyKind = 'model'): string {
  const random = randomText(RANDOM_LENGTH, BASE62);
  return KEY_PREFIX[kind] + random + checksum(random);
}

/**
 * The kind of a well-formed key, or undefined: a mistyped key is told from a checksum, without a look-up. Every call
 * asks this, so nothing is cut out of the text.
 */
export function platformKeyKind(key: string): KeyKind | undefined {
  for (const kind of KEY_KINDS) {
    const prefix = KEY_PREFIX[kind];
    if (key.startsWith(prefix)) return isWellFormed(key, prefix.length) ? kind : undefined;
  }
  return undefined;
}

function isWellFormed(key: string, start: number): boolean {
  if (key.length !== start + KEY_BODY_LENGTH) return false;
  let rest = crc32(key, start);
  if (rest === -1) return false;
  for (let index = key.length - 1; index >= start + RANDOM_LENGTH; index -= 1) {
    if (DIGIT_OF[key.charCodeAt(index)] !== rest % 62) return false;
    rest = Math.floor(rest / 62);
  }
  return true;
}

/** True if the text starts like one of our keys, well formed or not. */
export function looksLikePlatformKey(text: string): boolean {
  return KEY_KINDS.some((kind) => text.startsWith(KEY_PREFIX[kind]));
}

/** The part of a key that may be shown in lists: prefix and four characters, e.g. `sk-aigc-AbCd`. */
export function displayPrefix(key: string): string {
  return key.slice(0, KEY_PREFIX.model.length + 4);
}
