import { refusal } from '@aigc/shared/refusals';
import { generatePlatformKey } from '@aigc/shared/platform-key';
import type { Locale } from '@aigc/shared/schemas/fields';
import type { Actor } from '../actor.ts';
import { storeKey } from '../api-keys/store-key.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { requireAdmin } from '../require-admin.ts';
import { hashPassword } from '../sessions/password-hash.ts';
import { applyEnvironment } from '../settings/apply-environment.ts';
import type { EnvironmentSettings } from '../settings/settings.ts';
import { updateSettings } from '../settings/update-settings.ts';
import type { UserIdentity } from '../users/user-identity.ts';
import { createFirstAdministrator } from './create-first-administrator.ts';
import { provisionApiKey } from './provision.ts';

export interface InstallPlatformInput {
  name: string;
  email: string;
  password: string;
  locale: Locale | null;
  /** Null: as the environment says. */
  platformName: string | null;
  registration: 'closed' | 'open' | null;
  /** Null: what the installation has, CNY for a new one. */
  currency: string | null;
  environment: EnvironmentSettings;
  /** Becomes the administrator's first key; null: a new one is made. */
  apiKey: string | null;
}

export interface InstalledPlatform {
  administrator: UserIdentity;
  /** The first key in full, if it was made here: it cannot be read again. */
  apiKey: string | null;
}

const FIRST_KEY_NAME = 'First key';

/** Set-up by the command line: administrator, first settings and first key, all or nothing. @throws AppError `already_set_up` */
export async function installPlatform(
  deps: Deps,
  actor: Actor,
  input: InstallPlatformInput,
): Promise<InstalledPlatform> {
  requireAdmin(actor);
  const passwordHash = await hashPassword(input.password);
  return deps.em.transactional(async (em) => {
    const inside = { ...deps, em };
    const { name, email, locale } = input;
    const administrator = await createFirstAdministrator(em, actor, { name, email, locale, passwordHash });
    await applyEnvironment(em, input.environment, input.currency);
    if (input.platformName !== null || input.registration !== null) {
      await updateSettings(inside, actor, {
        platformName: input.platformName ?? undefined,
        registration: input.registration ?? undefined,
      });
    }
    if (input.apiKey === null) {
      return { administrator, apiKey: await makeFirstKey(inside, actor, administrator) };
    }
    const outcome = await provisionApiKey(inside, { key: input.apiKey, adminEmail: email }, actor);
    if (outcome === 'created') return { administrator, apiKey: null };
    throw refusal('first_key_known', {});
  });
}

async function makeFirstKey(deps: Deps, actor: Actor, owner: UserIdentity): Promise<string> {
  const key = generatePlatformKey();
  const row = await storeKey(deps.em, deps.secrets, {
    userId: owner.id,
    projectId: owner.project.id,
    name: FIRST_KEY_NAME,
    kind: 'model',
    key,
  });
  await recordAudit(deps.em, actor, {
    action: 'api_key.create',
    targetType: 'api_key',
    targetId: row.id,
    after: { name: row.name, kind: row.kind, api_key_prefix: row.apiKeyPrefix },
  });
  return key;
}
