import { User } from '@aigc/db/entities/user';
import { SecretKeysError, requireKnownKeys } from '@aigc/core/secrets/verify-keys';
import { findUnreadableSecrets } from '@aigc/core/health/find-unreadable-secrets';
import { readSettings } from '@aigc/core/settings/settings';
import { readSecretKeysFile } from '../secret-keys-file.ts';
import type { ContentContext } from './check-context.ts';
import { fail, ok, skip, warn, type Check } from './finding.ts';

export const administratorCheck: Check<ContentContext> = {
  name: 'administrator',
  async run({ em }) {
    if (!(await readSettings(em())).isInstalled) {
      return warn('administrator.not_installed');
    }
    const administrators = await em().count(User, { role: 'admin', status: 'active' });
    if (administrators > 0) return ok('administrator.ok', { count: administrators });
    return fail('administrator.none');
  },
};

export const storedSecretsCheck: Check<ContentContext> = {
  name: 'stored-secrets',
  async run({ em, env, deps }) {
    const keys = env.secretKeys ?? (await readSecretKeysFile(env.dataDir));
    try {
      const known = await requireKnownKeys(em(), keys ?? []);
      if (Object.keys(known).length === 0) return skip('secrets.no_keys');
    } catch (error) {
      if (!(error instanceof SecretKeysError)) throw error;
      return fail('secrets.wrong_keys', { reason: error.message });
    }
    if (deps === null) return skip('secrets.not_loaded');
    const { stored, unreadable } = await findUnreadableSecrets(deps);
    if (unreadable.length === 0) return ok('secrets.ok', { count: stored });
    return fail('secrets.unreadable', { names: unreadable });
  },
};
