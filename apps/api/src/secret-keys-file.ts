import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  formatKeyEncryptionKeys,
  parseKeyEncryptionKeys,
  type KeyEncryptionKey,
} from '@aigc/core/secrets/key-encryption-keys';
import { SecretKeysError } from '@aigc/core/secrets/verify-keys';

const FILE_NAME = 'secret-keys';
const KEY_BYTES = 32;

/** Where the keys are kept when SECRET_KEYS does not hold them. */
export function secretKeysPath(dataDir: string): string {
  return join(dataDir, FILE_NAME);
}

/** The keys kept in the data directory; null when there are none. @throws SecretKeysError when they cannot be read */
export async function readSecretKeysFile(dataDir: string): Promise<KeyEncryptionKey[] | null> {
  const path = secretKeysPath(dataDir);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new SecretKeysError(`${path} cannot be read. Check its permissions.`, { cause: error });
  }
  try {
    return parseKeyEncryptionKeys(text);
  } catch (error) {
    throw new SecretKeysError(`${path} ${error instanceof Error ? error.message : 'is damaged'}.`);
  }
}

/** Makes a first key and keeps it, readable by the owner of the process only. */
export async function createSecretKeysFile(dataDir: string): Promise<KeyEncryptionKey[]> {
  const keys = [{ id: 1, key: randomBytes(KEY_BYTES) }];
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const path = secretKeysPath(dataDir);
  const temporary = `${path}.${process.pid}.new`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(`${formatKeyEncryptionKeys(keys)}\n`);
    // Secrets are encrypted with it from now on: it must not be lost with the power.
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    // Never replaces a file that is there, and never shows half of one.
    await link(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
  return keys;
}
