import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { KeyEncryptionKey } from './key-encryption-keys.ts';
import type { SecretBinding, Secrets } from './secrets.ts';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const DATA_KEY_BYTES = 32;
/** First part of every sealed text, so that another format can be told apart later. */
const VERSION = 'v1';

interface LoadedKey {
  id: number;
  key: Buffer;
  pepper: Buffer;
}

/**
 * Secrets under the given key-encryption keys, newest first.
 *
 * A sealed text is `v1.<key id>.<wrapped data key>.<ciphertext>`, both parts base64url of IV, data and tag.
 * The binding is associated data of both, so neither opens anywhere else.
 */
export function createSecrets(keys: readonly KeyEncryptionKey[]): Secrets {
  const loaded = keys.map(({ id, key }): LoadedKey => ({ id, key, pepper: derive(key, 'key-pepper') }));
  const [newest] = loaded;
  if (newest === undefined) throw new Error('createSecrets needs at least one key-encryption key');
  return {
    seal(plaintext, binding) {
      const dataKey = randomBytes(DATA_KEY_BYTES);
      const context = describeBinding(binding);
      const wrapped = encrypt(newest.key, dataKey, `data-key|${newest.id}|${context}`);
      const sealed = encrypt(dataKey, Buffer.from(plaintext, 'utf8'), `secret|${context}`);
      return [VERSION, newest.id, wrapped.toString('base64url'), sealed.toString('base64url')].join('.');
    },
    open(sealed, binding) {
      const [version, idText, wrapped = '', ciphertext = '', ...rest] = sealed.split('.');
      if (version !== VERSION || rest.length > 0) throw new Error('the sealed text has an unknown form');
      const kek = loaded.find(({ id }) => String(id) === idText);
      if (kek === undefined) throw new Error(`key-encryption key ${idText} is not configured`);
      const context = describeBinding(binding);
      const dataKey = decrypt(kek.key, Buffer.from(wrapped, 'base64url'), `data-key|${kek.id}|${context}`);
      return decrypt(dataKey, Buffer.from(ciphertext, 'base64url'), `secret|${context}`).toString('utf8');
    },
    hashKey: (key) => hashWith(newest, key),
    keyHashes: (key) => loaded.map((kek) => hashWith(kek, key)),
  };
}

/** Proves the knowledge of a key-encryption key without revealing it: what the database keeps of each. */
export function checkValue(kek: KeyEncryptionKey): string {
  return derive(kek.key, 'check-value').toString('hex');
}

function derive(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `aigc-space/${purpose}/v1`, 32));
}

function hashWith({ id, pepper }: LoadedKey, key: string) {
  return { hash: createHmac('sha256', pepper).update(key, 'utf8').digest('hex'), pepperId: id };
}

/** JSON of a list: no two bindings read the same. */
function describeBinding({ table, rowId, column, ownerId, origin }: SecretBinding): string {
  return JSON.stringify([table, rowId, column, ownerId, origin]);
}

function encrypt(key: Buffer, data: Buffer, associated: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(associated, 'utf8'));
  return Buffer.concat([iv, cipher.update(data), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, sealed: Buffer, associated: string): Buffer {
  if (sealed.length < IV_BYTES + TAG_BYTES) throw new Error('the sealed text is too short');
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(associated, 'utf8'));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
}
