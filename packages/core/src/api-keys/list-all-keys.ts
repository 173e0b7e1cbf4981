import { PlatformApiKey } from '@aigc/db/entities/platform-api-key';
import { User } from '@aigc/db/entities/user';
import type { ApiKey } from '@aigc/shared/schemas/keys';
import type { Actor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { requireAdmin } from '../require-admin.ts';
import { viewKeys } from './api-key-view.ts';

/** A key with whom it belongs to. */
export interface OwnedApiKey extends ApiKey {
  user_email: string;
}

/** Everyone's keys, or one user's, newest first. */
export async function listAllKeys(
  { em }: Pick<Deps, 'em'>,
  actor: Actor,
  { userId = null }: { userId?: string | null } = {},
): Promise<OwnedApiKey[]> {
  requireAdmin(actor);
  const keys = await em.find(PlatformApiKey, userId === null ? {} : { user: userId }, {
    orderBy: { createdAt: 'desc', id: 'desc' },
  });
  const owners = await em.find(User, { id: { $in: [...new Set(keys.map(({ user }) => user))] } });
  const emails = new Map(owners.map(({ id, email }) => [id, email]));
  const views = await viewKeys(em, keys);
  return keys.flatMap((key, index) => {
    const view = views[index];
    return view === undefined ? [] : [{ ...view, user_email: emails.get(key.user) ?? '' }];
  });
}
