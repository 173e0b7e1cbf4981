import type { EntityManager } from '@mikro-orm/postgresql';
import { AppError } from '@aigc/shared/errors';
import { trimMoney } from '@aigc/shared/money';
import type { AdminUser } from '@aigc/shared/schemas/users';
import type { Actor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { requireAdmin } from '../require-admin.ts';

const USERS_QUERY = `
  select u.id, u.name, u.email, u.role, u.status, a.balance::text, u.rpm_limit, u.tpm_limit,
    u.concurrency_limit, u.created_at,
    (select count(*)::int from aigcspace.platform_api_key k where k.user_id = u.id) as key_count,
    (select max(s.last_used_at) from aigcspace.sessions s where s.user_id = u.id) as last_seen_at
  from aigcspace.users u
  join aigcspace.memberships m on m.user_id = u.id and m.role = 'owner'
  join aigcspace.organisations o on o.id = m.organisation_id and o.kind = 'personal'
  join aigcspace.accounts a on a.organisation_id = o.id
`;

type UserRow = Omit<AdminUser, 'created_at' | 'last_seen_at'> & {
  created_at: string;
  last_seen_at: string | null;
};

/** Every user with their balance, newest first. */
export async function listUsers(deps: Deps, actor: Actor): Promise<AdminUser[]> {
  requireAdmin(actor);
  const rows = await deps.em.execute<UserRow[]>(`${USERS_QUERY} order by u.created_at desc, u.id desc`);
  return rows.map(toAdminUser);
}

/** One user as administrators see them. @throws AppError `not_found` */
export async function readAdminUser(em: EntityManager, userId: string): Promise<AdminUser> {
  const [row] = await em.execute<UserRow[]>(`${USERS_QUERY} where u.id = ?`, [userId]);
  if (row === undefined) throw new AppError('not_found', 'There is no such user.', { param: 'id' });
  return toAdminUser(row);
}

function toAdminUser(row: UserRow): AdminUser {
  return {
    ...row,
    balance: trimMoney(row.balance),
    created_at: new Date(row.created_at).toISOString(),
    last_seen_at: row.last_seen_at === null ? null : new Date(row.last_seen_at).toISOString(),
  };
}
