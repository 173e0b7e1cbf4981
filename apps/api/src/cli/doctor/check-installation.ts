import { User } from '@aigc/db/entities/user';
import { SecretKeysError, requireKnownKeys } from '@aigc/core/secrets/verify-keys';
import { findUnreadableSecrets } from '@aigc/core/health/find-unreadable-secrets';
import { readSettings } from '@aigc/core/settings/settings';
import { readSecretKeysFile } from '../../secret-keys-file.ts';
import type { ContentContext } from './doctor-context.ts';
import { count, fail, listNames, ok, skip, warn, type Check } from './finding.ts';

export const administratorCheck: Check<ContentContext> = {
  name: 'administrator',
  async run({ em }) {
    if (!(await readSettings(em())).isInstalled) {
      return warn(
        'nobody has set up this installation yet',
        'Run `npm run cli -- install`, or open the link that the server prints at its start.',
      );
    }
    const administrators = await em().count(User, { role: 'admin', status: 'active' });
    if (administrators > 0) return ok(count(administrators, 'active administrator'));
    return fail('there is no active administrator', 'Run `npm run cli -- user set-role <email> admin`.');
  },
};

export const storedSecretsCheck: Check<ContentContext> = {
  name: 'stored-secrets',
  async run({ em, env, deps }) {
    const keys = env.secretKeys ?? (await readSecretKeysFile(env.dataDir));
    try {
      const known = await requireKnownKeys(em(), keys ?? []);
      if (Object.keys(known).length === 0) return skip('the database has no key-encryption keys yet');
    } catch (error) {
      if (!(error instanceof SecretKeysError)) throw error;
      return fail(
        error.message,
        'Give the keys with which this database was installed; nothing else can read its secrets.',
      );
    }
    if (deps === null) return skip('the key-encryption keys cannot be loaded');
    const { stored, unreadable } = await findUnreadableSecrets(deps);
    if (unreadable.length === 0)
      return ok(`the key-encryption keys fit; ${count(stored, 'stored key')} can be read`);
    return fail(
      `keys cannot be read: ${listNames(unreadable)}`,
      'Enter those keys again in the panel: they were changed in the database or copied from elsewhere.',
    );
  },
};
