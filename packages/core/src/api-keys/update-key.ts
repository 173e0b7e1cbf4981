import type { ApiKey, KeyPolicyInput } from '@aigc/shared/schemas/keys';
import type { Actor } from '../actor.ts';
import { changedFields } from '../audit/changed-fields.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { takeVersion } from '../versions/take-version.ts';
import { viewKey } from './api-key-view.ts';
import { countBudget } from './count-budget.ts';
import { findOwnKey } from './find-own-key.ts';
import { applyPolicy, auditedKey } from './key-policy.ts';

export interface UpdateKeyInput extends KeyPolicyInput {
  id: number;
  name?: string | undefined;
  status?: 'active' | 'disabled' | undefined;
  /** The version that the change was made from; left out: whatever is there. */
  version?: number | undefined;
}

/**
 * Renames, disables or enables one of the actor's keys, the command line anyone's, or changes what it may do. What is
 * left out stays.
 * @throws AppError `not_found`, `edit_conflict`, `invalid_field` or `missing_field` on the field at fault
 */
export async function updateKey(deps: Deps, actor: Actor, input: UpdateKeyInput): Promise<ApiKey> {
  const updated = await deps.em.transactional(async (em) => {
    const key = await findOwnKey(em, actor, input.id);
    key.version = await takeVersion(em, {
      table: 'platform_api_key',
      id: key.id,
      given: input.version,
      audited: { targetType: 'api_key', targetId: key.id, action: 'api_key.update' },
      current: async () => viewKey(em, await em.refreshOrFail(key)),
    });
    const before = auditedKey(key);
    key.name = input.name ?? key.name;
    key.status = input.status ?? key.status;
    applyPolicy(key, input);
    await em.flush();
    await recordAudit(em, actor, {
      action: 'api_key.update',
      targetType: 'api_key',
      targetId: key.id,
      ...changedFields(before, auditedKey(key)),
    });
    return key;
  });
  // By itself: it waits for bills that are being entered, and those may wait for the key's row.
  if (isGiven(input.budget) || isGiven(input.budget_period)) await countBudget(deps.em, updated);
  return viewKey(deps.em, updated);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
