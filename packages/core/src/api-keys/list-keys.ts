import { PlatformApiKey } from '@aigc/db/entities/platform-api-key';
import type { ApiKey } from '@aigc/shared/schemas/keys';
import type { UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { viewKeys } from './api-key-view.ts';

/** The actor's keys in their project, newest first. */
export async function listKeys(deps: Deps, actor: UserActor): Promise<ApiKey[]> {
  const keys = await deps.em.find(
    PlatformApiKey,
    { user: actor.userId, project: actor.projectId },
    { orderBy: { createdAt: 'desc', id: 'desc' } },
  );
  return viewKeys(deps.em, keys);
}
