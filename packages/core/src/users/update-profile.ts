import { User } from '@aigc/db/entities/user';
import type { Locale, Theme } from '@aigc/shared/schemas/fields';
import type { UserActor } from '../actor.ts';
import { changedFields } from '../audit/changed-fields.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';

export interface UpdateProfileInput {
  name?: string | undefined;
  locale?: Locale | undefined;
  theme?: Theme | undefined;
}

/** The actor's own name, language and theme. What is left out stays. */
export async function updateProfile(deps: Deps, actor: UserActor, input: UpdateProfileInput): Promise<void> {
  await deps.em.transactional(async (em) => {
    const user = await em.findOneOrFail(User, { id: actor.userId });
    const before = { name: user.name, locale: user.locale ?? null, theme: user.theme ?? null };
    user.name = input.name ?? user.name;
    user.locale = input.locale ?? before.locale;
    user.theme = input.theme ?? before.theme;
    await em.flush();
    const after = { name: user.name, locale: user.locale, theme: user.theme };
    await recordAudit(em, actor, {
      action: 'user.update_profile',
      targetType: 'user',
      targetId: user.id,
      ...changedFields(before, after),
    });
  });
}
