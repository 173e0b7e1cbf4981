import { argon2, randomBytes, timingSafeEqual, type Argon2Parameters } from 'node:crypto';
import { promisify } from 'node:util';

/** OWASP's recommendation for argon2id: 19 MiB, two passes, one lane. */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Bounds what a hash read from the database may cost. */
const MAX_MEMORY_KIB = 1_048_576;
const MAX_PASSES = 20;

const derive = promisify(argon2);

/** Hashes a password into PHC form, `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(SALT_BYTES);
  const hash = await derive('argon2id', {
    message: password.normalize('NFC'),
    nonce,
    parallelism: LANES,
    tagLength: HASH_BYTES,
    memory: MEMORY_KIB,
    passes: PASSES,
  });
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${encode(nonce)}$${encode(hash)}`;
}

let unknownUserHash: Promise<string> | undefined;

/**
 * Whether the password belongs to the hash. Without a hash (an unknown user) it does the same work and answers
 * false, so that time tells nobody which accounts exist.
 */
export async function verifyPassword(password: string, phc: string | null): Promise<boolean> {
  unknownUserHash ??= hashPassword(randomBytes(SALT_BYTES).toString('hex'));
  const { parameters, hash } = parse(phc ?? (await unknownUserHash));
  const given = await derive('argon2id', { ...parameters, message: password.normalize('NFC') });
  return timingSafeEqual(given, hash) && phc !== null;
}

function parse(phc: string): { parameters: Omit<Argon2Parameters, 'message'>; hash: Buffer } {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(phc);
  const [, memory, passes, parallelism, salt, tag] = match ?? [];
  if (salt === undefined || tag === undefined) throw new Error('a stored password hash has an unknown form');
  if (Number(memory) > MAX_MEMORY_KIB || Number(passes) > MAX_PASSES)
    throw new Error('a stored password hash is too costly');
  const hash = Buffer.from(tag, 'base64');
  return {
    parameters: {
      memory: Number(memory),
      passes: Number(passes),
      parallelism: Number(parallelism),
      nonce: Buffer.from(salt, 'base64'),
      tagLength: hash.length,
    },
    hash,
  };
}

/** PHC uses base64 without padding. */
function encode(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
