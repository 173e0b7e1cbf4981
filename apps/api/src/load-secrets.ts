import type { EntityManager } from '@mikro-orm/postgresql';
import { createSecrets } from '@aigc/core/secrets/create-secrets';
import type { KeyEncryptionKey } from '@aigc/core/secrets/key-encryption-keys';
import type { Secrets } from '@aigc/core/secrets/secrets';
import { hasSecretKeys, SecretKeysError, verifySecretKeys } from '@aigc/core/secrets/verify-keys';
import type { Env } from './env.ts';
import { createSecretKeysFile, readSecretKeysFile } from './secret-keys-file.ts';

/**
 * The key-encryption keys, from SECRET_KEYS, else from the data directory, else new ones for a new installation;
 * proved against the database. @throws SecretKeysError
 */
export async function loadSecrets(
  env: Pick<Env, 'secretKeys' | 'dataDir'>,
  em: EntityManager,
): Promise<Secrets> {
  const keys =
    env.secretKeys ?? (await readSecretKeysFile(env.dataDir)) ?? (await firstKeys(env.dataDir, em));
  await verifySecretKeys(em, keys);
  return createSecrets(keys);
}

async function firstKeys(dataDir: string, em: EntityManager): Promise<KeyEncryptionKey[]> {
  if (await hasSecretKeys(em)) {
    throw new SecretKeysError(
      `This database was installed with key-encryption keys, but SECRET_KEYS is not set and ${dataDir} holds no file secret-keys. Restore one of the two: without it the stored keys of providers cannot be read.`,
    );
  }
  return createSecretKeysFile(dataDir);
}
