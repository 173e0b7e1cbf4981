import { User } from '@aigc/db/entities/user';
import { refusal } from '@aigc/shared/refusals';
import type { AdminUser } from '@aigc/shared/schemas/users';
import type { Actor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { requireAdmin } from '../require-admin.ts';
import { readAdminUser } from './list-users.ts';

/** The user with this e-mail address, in any case of letters, active or not. @throws AppError `not_found` on `email` */
export async function findUserByEmail(
  deps: Pick<Deps, 'em'>,
  actor: Actor,
  email: string,
): Promise<AdminUser> {
  requireAdmin(actor);
  const user = await deps.em.findOne(User, { email: email.toLowerCase() });
  if (user === null) throw refusal('no_user_of_email', { email }, { param: 'email' });
  return readAdminUser(deps.em, user.id);
}
