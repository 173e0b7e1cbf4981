import type { ApiKey } from '@aigc/shared/schemas/keys';
import type { Actor } from '../actor.ts';
import { changedFields } from '../audit/changed-fields.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { toApiKey } from './api-key-view.ts';
import { findOwnKey } from './find-own-key.ts';

export interface UpdateKeyInput {
  id: number;
  name?: string | undefined;
  status?: 'active' | 'disabled' | undefined;
}

/** Renames, disables or enables one of the actor's keys, the command line anyone's. What is left out stays. */
export async function updateKey(deps: Deps, actor: Actor, input: UpdateKeyInput): Promise<ApiKey> {
  return deps.em.transactional(async (em) => {
    const key = await findOwnKey(em, actor, input.id);
    const before = { name: key.name, status: key.status };
    key.name = input.name ?? key.name;
    key.status = input.status ?? key.status;
    await em.flush();
    await recordAudit(em, actor, {
      action: 'api_key.update',
      targetType: 'api_key',
      targetId: key.id,
      ...changedFields(before, { name: key.name, status: key.status }),
    });
    return toApiKey(key);
  });
}
