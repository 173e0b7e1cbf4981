import { User } from '@aigc/db/entities/user';
import { refusal } from '@aigc/shared/refusals';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { loadUserIdentity, toUserActor } from '../users/user-identity.ts';
import { openSession, type OpenedSession } from './open-session.ts';
import { verifyPassword } from './password-hash.ts';
import type { Throttle } from './throttle.ts';
import type { SessionClient } from './validate-session.ts';

export interface SignInInput {
  email: string;
  password: string;
}

/**
 * Signs a person in. What is wrong, address or password, is not told; that an account is deactivated is told only
 * to who knows its password. @throws AppError `invalid_credentials`, `user_deactivated` or `rate_limit_exceeded`
 */
export async function signIn(
  deps: Deps & { throttle: Throttle },
  client: SessionClient,
  input: SignInInput,
): Promise<OpenedSession> {
  const attempt = { account: input.email, address: client.ip };
  refuseTooMany(await deps.throttle.enter(attempt));
  const user = await deps.em.findOne(User, { email: input.email });
  if (!(await verifyPassword(input.password, user?.passwordHash ?? null)) || user === null) {
    await recordRefusal(deps, client, { userId: user?.id ?? null, reason: 'invalid_credentials' });
    throw refusal('wrong_credentials', {});
  }
  deps.throttle.succeed(attempt);
  const identity = await loadUserIdentity(deps.em, user.id);
  if (identity === null) {
    await recordRefusal(deps, client, { userId: user.id, reason: 'user_deactivated' });
    throw refusal('account_deactivated', {});
  }
  return deps.em.transactional(async (em) => {
    const session = await openSession(em, user.id, client);
    await recordAudit(em, toUserActor(identity, { kind: 'user', ip: client.ip }), {
      action: 'session.create',
      targetType: 'session',
      targetId: session.publicId,
    });
    return session;
  });
}

/**
 * Whom somebody wanted to be, if there is such a user. Never what they typed: a password may stand in the wrong field.
 * Attempts beyond the throttle's are not written down, so that nobody can fill the log.
 */
async function recordRefusal(
  { em }: Deps,
  { ip }: SessionClient,
  { userId, reason }: { userId: string | null; reason: 'invalid_credentials' | 'user_deactivated' },
): Promise<void> {
  const somebody = {
    kind: 'user' as const,
    userId: null,
    role: 'user' as const,
    organisationId: null,
    projectId: null,
    ip,
  };
  await recordAudit(em, somebody, {
    action: 'session.refuse',
    targetType: 'user',
    targetId: userId,
    after: { reason },
  });
}

/** @throws AppError `rate_limit_exceeded` unless `waitSeconds` is null */
export function refuseTooMany(waitSeconds: number | null): void {
  if (waitSeconds === null) return;
  const minutes = Math.ceil(waitSeconds / 60);
  throw refusal('too_many_attempts', { minutes }, { retryAfterSeconds: waitSeconds });
}
