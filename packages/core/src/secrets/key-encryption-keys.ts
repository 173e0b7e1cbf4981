/** A key-encryption key: 32 bytes, named by a number that ciphertexts and hashes carry. */
export interface KeyEncryptionKey {
  id: number;
  key: Buffer;
}

const KEY_BYTES = 32;
const MAX_ID = 2_147_483_647;
const HINT = 'write id:base64, newest first, with 32 bytes each, e.g. "2:…,1:…" (openssl rand -base64 32)';

/** Reads the form of `SECRET_KEYS`. The first key is the one that new secrets are written with. */
export function parseKeyEncryptionKeys(text: string): KeyEncryptionKey[] {
  const keys = text
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map(parseKey);
  if (keys.length === 0) throw new Error(`holds no key; ${HINT}`);
  if (new Set(keys.map(({ id }) => id)).size !== keys.length) throw new Error(`uses an id twice; ${HINT}`);
  return keys;
}

/** The form that `parseKeyEncryptionKeys` reads. */
export function formatKeyEncryptionKeys(keys: readonly KeyEncryptionKey[]): string {
  return keys.map(({ id, key }) => `${id}:${key.toString('base64')}`).join(',');
}

function parseKey(entry: string): KeyEncryptionKey {
  const [, idText = '', encoded = ''] = /^(\d{1,10}):([A-Za-z0-9+/_-]+={0,2})$/.exec(entry) ?? [];
  const id = Number(idText);
  if (idText === '' || id < 1 || id > MAX_ID) throw new Error(`holds an entry that cannot be read; ${HINT}`);
  const key = Buffer.from(encoded, 'base64');
  if (key.length !== KEY_BYTES)
    throw new Error(`holds a key of ${key.length} bytes where ${KEY_BYTES} are needed; ${HINT}`);
  return { id, key };
}
