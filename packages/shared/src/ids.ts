const ALPHABET = '0123456789abcdefghijkmnpqrstuvwxyz';
const RANDOM_LENGTH = 16;
const TIME_LENGTH = 9;

function encodeTime(timeMs: number, length: number): string {
  let rest = timeMs;
  let text = '';
  for (let place = 0; place < length; place += 1) {
    text = ALPHABET.charAt(rest % ALPHABET.length) + text;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return text;
}

/** All but the last character of a moment stay the same for a while, and every call has an id. */
let lastTime = { without: -1, text: '' };

function timeText(timeMs: number): string {
  const without = Math.floor(timeMs / ALPHABET.length);
  if (without !== lastTime.without) lastTime = { without, text: encodeTime(without, TIME_LENGTH - 1) };
  return lastTime.text + ALPHABET.charAt(timeMs % ALPHABET.length);
}

/** Random bytes drawn in one go: asking the platform for a few costs nearly as much as asking for many. */
const POOL_BYTES = 4096;
const pool = new Uint8Array(POOL_BYTES);
let unused = 0;

function randomByte(): number {
  if (unused === 0) {
    globalThis.crypto.getRandomValues(pool);
    unused = POOL_BYTES;
  }
  unused -= 1;
  const byte = pool[unused] ?? 0;
  // What became part of a secret does not stay here.
  pool[unused] = 0;
  return byte;
}

/** `length` characters of `alphabet`, drawn without bias from the platform's secure random source. */
export function randomText(length: number, alphabet: string): string {
  const limit = 256 - (256 % alphabet.length);
  const codes: number[] = [];
  while (codes.length < length) {
    const byte = randomByte();
    if (byte < limit) codes.push(alphabet.charCodeAt(byte % alphabet.length));
  }
  // In one go: a text that is put together by characters is a tree of them, to be flattened later.
  return String.fromCharCode(...codes);
}

export type IdPrefix = 'usr' | 'org' | 'prj' | 'acc' | 'ses' | 'req' | 'ins';

/**
 * A new identifier such as `usr_0abcdefgh1234567890123456`: a prefix that says what it names, nine
 * characters of time so that index pages fill in order, sixteen random ones (80 bits).
 */
export function newId(prefix: IdPrefix, nowMs: number = Date.now()): string {
  return `${prefix}_${timeText(nowMs)}${randomText(RANDOM_LENGTH, ALPHABET)}`;
}
