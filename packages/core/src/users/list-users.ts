import type { EntityManager } from '@mikro-orm/postgresql';
import { refusal } from '@aigc/shared/refusals';
import { trimMoney } from '@aigc/shared/money';
import type { AdminUser } from '@aigc/shared/schemas/users';
import type { Actor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { containing, decodeKeyset, encodeKeyset, KEYSET_TIME } from '../keyset.ts';
import { requireAdmin } from '../require-admin.ts';

const USERS_QUERY = `
  select u.id, u.name, u.email, u.role, u.status, a.balance::text, u.rpm_limit, u.tpm_limit,
    u.concurrency_limit, u.version, u.created_at, ${KEYSET_TIME('u.created_at')} as position,
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
  position: string;
};

export interface ListUsersInput {
  search?: string | undefined;
  role?: AdminUser['role'] | undefined;
  status?: AdminUser['status'] | undefined;
  cursor?: string | undefined;
  limit: number;
}

export interface UserPage {
  items: AdminUser[];
  /** Null: there is nothing after this page. */
  next_cursor: string | null;
}

/** One page of the users with their balances, newest first. @throws AppError `invalid_field` on `cursor` */
export async function listUsers(
  deps: Pick<Deps, 'em'>,
  actor: Actor,
  { search, role, status, cursor, limit }: ListUsersInput,
): Promise<UserPage> {
  requireAdmin(actor);
  const conditions = ['true'];
  const values: (string | number)[] = [];
  if (search !== undefined && search !== '') {
    conditions.push('(p.email ilike ? or p.name ilike ?)');
    values.push(containing(search), containing(search));
  }
  if (role !== undefined) {
    conditions.push('p.role = ?');
    values.push(role);
  }
  if (status !== undefined) {
    conditions.push('p.status = ?');
    values.push(status);
  }
  if (cursor !== undefined) {
    const { createdAt, id } = decodeKeyset(cursor, /^[\w-]{1,50}$/);
    conditions.push('(p.created_at, p.id) < (?::timestamptz, ?)');
    values.push(createdAt, id);
  }
  // The page first: what is counted for each user is counted for these alone.
  const found = await deps.em.execute<UserRow[]>(
    `${USERS_QUERY} where u.id in (select p.id from aigcspace.users p where ${conditions.join(' and ')}
       order by p.created_at desc, p.id desc limit ?)
     order by u.created_at desc, u.id desc`,
    [...values, limit + 1],
  );
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return {
    items: rows.map(toAdminUser),
    next_cursor:
      found.length > rows.length && last !== undefined
        ? encodeKeyset({ createdAt: last.position, id: last.id })
        : null,
  };
}

/** Every user, in pages that are read as they are asked for. */
export async function* everyUser(deps: Pick<Deps, 'em'>, actor: Actor): AsyncGenerator<AdminUser[], void> {
  let cursor: string | undefined;
  do {
    const page: UserPage = await listUsers(deps, actor, { cursor, limit: 1_000 });
    yield page.items;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
}

/** One user as administrators see them. @throws AppError `not_found` */
export async function readAdminUser(em: EntityManager, userId: string): Promise<AdminUser> {
  const [row] = await em.execute<UserRow[]>(`${USERS_QUERY} where u.id = ?`, [userId]);
  if (row === undefined) throw refusal('no_such_user', {}, { param: 'id' });
  return toAdminUser(row);
}

function toAdminUser({ position: _position, ...row }: UserRow): AdminUser {
  return {
    ...row,
    balance: trimMoney(row.balance),
    created_at: new Date(row.created_at).toISOString(),
    last_seen_at: row.last_seen_at === null ? null : new Date(row.last_seen_at).toISOString(),
  };
}
