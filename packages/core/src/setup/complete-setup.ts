import type { EntityManager } from '@mikro-orm/postgresql';
import { Model } from '@aigc/db/entities/model';
import { refusal } from '@aigc/shared/refusals';
import { generatePlatformKey } from '@aigc/shared/platform-key';
import type { Locale } from '@aigc/shared/schemas/fields';
import { SYSTEM_ACTOR } from '../actor.ts';
import { storeKey } from '../api-keys/store-key.ts';
import type { Deps } from '../deps.ts';
import { namingConflicts } from '../name-conflicts.ts';
import { openSession } from '../sessions/open-session.ts';
import { hashPassword } from '../sessions/password-hash.ts';
import type { SessionClient } from '../sessions/validate-session.ts';
import { readSettings } from '../settings/settings.ts';
import { EMAIL_CONFLICTS } from '../users/insert-user.ts';
import { createFirstAdministrator } from './create-first-administrator.ts';
import { isSetupToken } from './setup-token.ts';

export interface CompleteSetupInput {
  token: string;
  name: string;
  email: string;
  password: string;
  locale: Locale;
}

export interface CompletedSetup {
  /** The administrator's first key in full: it cannot be read again. */
  apiKey: string;
  apiKeyId: number;
  /** A model that answers without further configuration; empty when an administrator has removed all. */
  demoModel: string;
  /** The `Set-Cookie` value that signs the administrator in. */
  cookie: string;
}

const FIRST_KEY_NAME = 'First key';

/**
 * The set-up page's one step: administrator, tenant, first key and session, all or nothing.
 * @throws AppError `already_set_up` or `setup_token_invalid`
 */
export async function completeSetup(
  deps: Deps,
  client: SessionClient,
  input: CompleteSetupInput,
): Promise<CompletedSetup> {
  const { isInstalled } = await readSettings(deps.em);
  if (isInstalled) throw refusal('installed_already', {});
  if (!(await isSetupToken(deps.em, input.token))) {
    throw refusal('old_setup_link', {});
  }
  const passwordHash = await hashPassword(input.password);
  return namingConflicts(EMAIL_CONFLICTS, () =>
    deps.em.transactional(async (em) => {
      const actor = { ...SYSTEM_ACTOR, ip: client.ip };
      const { name, email, locale } = input;
      const user = await createFirstAdministrator(em, actor, { name, email, locale, passwordHash });
      const apiKey = generatePlatformKey();
      const key = await storeKey(em, deps.secrets, {
        userId: user.id,
        projectId: user.project.id,
        name: FIRST_KEY_NAME,
        kind: 'model',
        key: apiKey,
      });
      const { cookie } = await openSession(em, user.id, client);
      return { apiKey, apiKeyId: key.id, demoModel: await findDemoModel(em), cookie };
    }),
  );
}

/** The active language model, else any model that is open to the API. */
export async function findDemoModel(em: EntityManager): Promise<string> {
  const { activeLanguageModelId } = await readSettings(em);
  const active =
    activeLanguageModelId === null
      ? null
      : await em.findOne(Model, { id: activeLanguageModelId, isApiEnabled: true });
  const any =
    active ??
    (await em.findOne(
      Model,
      { isLocal: false, isApiEnabled: true, type: 'language' },
      { orderBy: { id: 'asc' } },
    ));
  return any?.title ?? '';
}
