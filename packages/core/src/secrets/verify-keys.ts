import type { EntityManager } from '@mikro-orm/postgresql';
import { readSetting, writeSetting } from '../settings/settings.ts';
import { checkValue } from './create-secrets.ts';
import type { KeyEncryptionKey } from './key-encryption-keys.ts';

/** The key-encryption keys are not those of the database. The message is for the operator. */
export class SecretKeysError extends Error {
  override readonly name = 'SecretKeysError';
}

/** Whether the database was installed with key-encryption keys, so that making new ones would lose its secrets. */
export async function hasSecretKeys(em: EntityManager): Promise<boolean> {
  return Object.keys((await readSetting(em, 'secret_key_checks')) ?? {}).length > 0;
}

/**
 * Proves that every key-encryption key which the database has seen is here and the same, and notes new ones.
 * @throws SecretKeysError naming the id, never the key
 */
export async function verifySecretKeys(em: EntityManager, keys: readonly KeyEncryptionKey[]): Promise<void> {
  await em.transactional(async (tx) => {
    // Of two first starts with different keys on one database, one must see the other's.
    await tx.execute("select pg_advisory_xact_lock(hashtextextended('aigc-secret-keys', 0))");
    const known = await requireKnownKeys(tx, keys);
    const checks = Object.fromEntries(keys.map((key) => [String(key.id), checkValue(key)]));
    if (Object.keys(checks).some((id) => !(id in known))) {
      await writeSetting(tx, 'secret_key_checks', { ...known, ...checks });
    }
  });
}

/** The same proof without noting anything; returns the check values that the database has. @throws SecretKeysError */
export async function requireKnownKeys(
  em: EntityManager,
  keys: readonly KeyEncryptionKey[],
): Promise<Record<string, string>> {
  const known = (await readSetting(em, 'secret_key_checks')) ?? {};
  for (const [id, expected] of Object.entries(known)) {
    const key = keys.find((candidate) => String(candidate.id) === id);
    if (key === undefined) {
      throw new SecretKeysError(
        `SECRET_KEYS lacks key ${id}, with which this database was installed. ` +
          'Restore it (the file secret-keys in the data directory, or a backup of it).',
      );
    }
    if (checkValue(key) !== expected) {
      throw new SecretKeysError(
        `SECRET_KEYS holds another key ${id} than the one with which this database was installed. ` +
          'Restore that one (the file secret-keys in the data directory, or a backup of it).',
      );
    }
  }
  return known;
}
