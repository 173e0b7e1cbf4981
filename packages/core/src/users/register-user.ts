import { refusal } from '@aigc/shared/refusals';
import type { Locale } from '@aigc/shared/schemas/fields';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { namingConflicts } from '../name-conflicts.ts';
import { hashPassword } from '../sessions/password-hash.ts';
import { openSession, type OpenedSession } from '../sessions/open-session.ts';
import { refuseTooMany } from '../sessions/sign-in.ts';
import type { Throttle } from '../sessions/throttle.ts';
import type { SessionClient } from '../sessions/validate-session.ts';
import { readSettings } from '../settings/settings.ts';
import { EMAIL_CONFLICTS, insertUser } from './insert-user.ts';
import { toUserActor } from './user-identity.ts';

export interface RegisterInput {
  name: string;
  email: string;
  password: string;
  locale: Locale;
}

/** A visitor makes an account of their own and is signed in. @throws AppError `registration_closed` or `conflict` */
export async function registerUser(
  deps: Deps & { throttle: Throttle },
  client: SessionClient,
  input: RegisterInput,
): Promise<OpenedSession> {
  const { isInstalled, registration } = await readSettings(deps.em);
  if (!isInstalled || registration !== 'open') {
    throw refusal('registration_is_closed', {});
  }
  const { name, email, locale } = input;
  // Hashing is costly, and nobody needs many accounts.
  refuseTooMany(await deps.throttle.enter({ account: email, address: client.ip }));
  const passwordHash = await hashPassword(input.password);
  return namingConflicts(EMAIL_CONFLICTS, () =>
    deps.em.transactional(async (em) => {
      const user = await insertUser(em, { name, email, locale, passwordHash, role: 'user' });
      await recordAudit(em, toUserActor(user, { kind: 'user', ip: client.ip }), {
        action: 'user.register',
        targetType: 'user',
        targetId: user.id,
        after: { name, email },
      });
      return openSession(em, user.id, client);
    }),
  );
}
