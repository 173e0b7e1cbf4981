import type { EntityManager } from '@mikro-orm/postgresql';
import { Setting } from '@aigc/db/entities/setting';
import { refusal } from '@aigc/shared/refusals';
import type { Locale } from '@aigc/shared/schemas/fields';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { claimSetting } from '../settings/settings.ts';
import { insertUser } from '../users/insert-user.ts';
import type { UserIdentity } from '../users/user-identity.ts';

export interface FirstAdministrator {
  name: string;
  email: string;
  passwordHash: string;
  locale: Locale | null;
}

/**
 * Makes the administrator of a new installation, in the caller's transaction. Of two set-ups at the same moment
 * the second waits for the first, and is refused when that commits. @throws AppError `already_set_up`
 */
export async function createFirstAdministrator(
  em: EntityManager,
  actor: Actor,
  input: FirstAdministrator,
): Promise<UserIdentity> {
  if (!(await claimSetting(em, 'installed_at', new Date().toISOString()))) {
    throw refusal('installed_already', {});
  }
  const user = await insertUser(em, { ...input, role: 'admin' });
  await em.nativeDelete(Setting, { key: 'setup_token_hash' });
  const { name, email } = input;
  await recordAudit(em, actor, {
    action: 'setup.complete',
    targetType: 'user',
    targetId: user.id,
    after: { name, email, role: 'admin' },
  });
  return user;
}
