import type { ApiKey } from '@aigc/shared/schemas/keys';
import type { Actor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { requireAdmin } from '../require-admin.ts';

/** A key with whom it belongs to. */
export interface OwnedApiKey extends ApiKey {
  user_email: string;
}

type Row = Omit<OwnedApiKey, 'last_used_at' | 'created_at' | 'updated_at'> & {
  last_used_at: Date | string | null;
  created_at: Date | string;
  updated_at: Date | string;
};

/** Everyone's keys, or one user's, newest first. */
export async function listAllKeys(
  deps: Pick<Deps, 'em'>,
  actor: Actor,
  { userId = null }: { userId?: string | null } = {},
): Promise<OwnedApiKey[]> {
  requireAdmin(actor);
  const rows = await deps.em.execute<Row[]>(
    `select k.id, k.name, k.kind, k.api_key_prefix, k.last_four, k.status, k.last_used_at, k.created_at,
       k.updated_at, u.email as user_email
     from aigcspace.platform_api_key k join aigcspace.users u on u.id = k.user_id
     where ?::text is null or k.user_id = ?
     order by k.created_at desc, k.id desc`,
    [userId, userId],
  );
  return rows.map((row) => ({
    ...row,
    last_used_at: row.last_used_at === null ? null : iso(row.last_used_at),
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  }));
}

function iso(time: Date | string): string {
  return new Date(time).toISOString();
}
