import { Session } from '@aigc/db/entities/session';
import { User } from '@aigc/db/entities/user';
import { refusal } from '@aigc/shared/refusals';
import type { UserActor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import { refuseTooMany } from './sign-in.ts';
import type { Throttle } from './throttle.ts';

export interface ChangePasswordInput {
  currentPassword: string;
  newPassword: string;
  /** This session goes on; the others end. */
  keepPublicId: string;
}

/** Changes the actor's own password. @throws AppError on `current_password` when that is wrong */
export async function changePassword(
  deps: Deps & { throttle: Throttle },
  actor: UserActor,
  input: ChangePasswordInput,
): Promise<void> {
  const user = await deps.em.findOneOrFail(User, { id: actor.userId });
  // A stolen session must not become a way to guess the password.
  const attempt = { account: user.email, address: actor.ip };
  refuseTooMany(await deps.throttle.enter(attempt));
  if (!(await verifyPassword(input.currentPassword, user.passwordHash))) {
    throw refusal('wrong_current_password', {}, { param: 'current_password' });
  }
  deps.throttle.succeed(attempt);
  const passwordHash = await hashPassword(input.newPassword);
  await deps.em.transactional(async (em) => {
    await em.nativeUpdate(User, { id: actor.userId }, { passwordHash, updatedAt: new Date() });
    await em.nativeDelete(Session, { user: actor.userId, publicId: { $ne: input.keepPublicId } });
    await recordAudit(em, actor, {
      action: 'user.change_password',
      targetType: 'user',
      targetId: actor.userId,
    });
  });
}
