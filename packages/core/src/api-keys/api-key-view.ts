import type { EntityManager } from '@mikro-orm/postgresql';
import type { PlatformApiKey } from '@aigc/db/entities/platform-api-key';
import type { ApiKey } from '@aigc/shared/schemas/keys';
import { toLimits } from '../limit-columns.ts';
import { readBudgets, type BudgetState } from './budget-spent.ts';
import { toBudget } from './key-policy.ts';

/** Keys as their owner sees them, in the same order: never the keys, never their hashes. */
export async function viewKeys(em: EntityManager, keys: readonly PlatformApiKey[]): Promise<ApiKey[]> {
  const budgets = await readBudgets(em, keys);
  return keys.map((key) => toApiKey(key, budgets.get(key.id)));
}

/** One of them. */
export async function viewKey(em: EntityManager, key: PlatformApiKey): Promise<ApiKey> {
  const budgets = await readBudgets(em, [key]);
  return toApiKey(key, budgets.get(key.id));
}

function toApiKey(key: PlatformApiKey, budget: BudgetState | undefined): ApiKey {
  return {
    id: key.id,
    name: key.name,
    kind: key.kind,
    api_key_prefix: key.apiKeyPrefix,
    last_four: key.lastFour,
    status: key.status,
    expires_at: key.expiresAt?.toISOString() ?? null,
    allowed_models: key.allowedModels ?? null,
    allowed_ips: key.allowedIps ?? null,
    ...toLimits(key),
    budget: toBudget(key),
    budget_period: key.budgetPeriod ?? null,
    strict_parameters: key.strictParameters,
    budget_spent: budget?.spent ?? null,
    budget_resets_at: budget?.resetsAt ?? null,
    previous_valid_until: runningGrace(key),
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
    version: key.version,
    created_at: key.createdAt.toISOString(),
    updated_at: key.updatedAt.toISOString(),
  };
}

function runningGrace({ previousValidUntil: until }: PlatformApiKey): string | null {
  return until === null || until === undefined || until.getTime() <= Date.now() ? null : until.toISOString();
}
