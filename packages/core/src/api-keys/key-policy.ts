import type { PlatformApiKey } from '@aigc/db/entities/platform-api-key';
import { refusal } from '@aigc/shared/refusals';
import { trimMoney } from '@aigc/shared/money';
import type { KeyPolicyInput } from '@aigc/shared/schemas/keys';
import { applyLimits, toLimits } from '../limit-columns.ts';

/** Bounds of keys that call models; a management key calls none. */
const OF_MODEL_KEYS = [
  'allowed_models',
  'rpm_limit',
  'tpm_limit',
  'concurrency_limit',
  'budget',
  'budget_period',
  'strict_parameters',
] as const satisfies (keyof KeyPolicyInput)[];

/**
 * Sets what a key may do. What is left out stays; null removes a bound.
 * @throws AppError `invalid_field` or `missing_field` on the field at fault
 */
export function applyPolicy(key: PlatformApiKey, input: KeyPolicyInput): void {
  if (key.kind === 'management') requireNoneOfModelKeys(input);
  if (input.expires_at !== undefined) key.expiresAt = readExpiry(input.expires_at);
  if (input.allowed_models !== undefined) key.allowedModels = input.allowed_models;
  if (input.allowed_ips !== undefined) key.allowedIps = input.allowed_ips;
  if (input.strict_parameters !== undefined) key.strictParameters = input.strict_parameters;
  applyLimits(key, input);
  applyBudget(key, input);
}

/** What the audit log keeps of a key. */
export function auditedKey(key: PlatformApiKey): Record<string, unknown> {
  return {
    name: key.name,
    status: key.status,
    expires_at: key.expiresAt?.toISOString() ?? null,
    allowed_models: key.allowedModels ?? null,
    allowed_ips: key.allowedIps ?? null,
    ...toLimits(key),
    budget: toBudget(key),
    budget_period: key.budgetPeriod ?? null,
    strict_parameters: key.strictParameters,
  };
}

/** A budget as it travels: without the zeros that the database keeps. */
export function toBudget({ budget }: Pick<PlatformApiKey, 'budget'>): string | null {
  return budget === null || budget === undefined ? null : trimMoney(budget);
}

function requireNoneOfModelKeys(input: KeyPolicyInput): void {
  const param = OF_MODEL_KEYS.find((name) => (input[name] ?? false) !== false);
  if (param === undefined) return;
  throw refusal('management_key_bound', { field: param }, { param });
}

function readExpiry(text: string | null): Date | null {
  if (text === null) return null;
  const expiresAt = new Date(text);
  if (expiresAt.getTime() > Date.now()) return expiresAt;
  throw refusal('expiry_in_past', {}, { param: 'expires_at' });
}

function applyBudget(key: PlatformApiKey, input: KeyPolicyInput): void {
  if (input.budget === null || (input.budget === undefined && input.budget_period === null)) {
    key.budget = null;
    key.budgetPeriod = null;
    return;
  }
  if (input.budget !== undefined) {
    if (/^[0.]+$/.test(input.budget)) {
      throw refusal('budget_not_positive', {}, { param: 'budget' });
    }
    key.budget = input.budget;
  }
  key.budgetPeriod = input.budget_period ?? key.budgetPeriod ?? null;
  const hasBudget = (key.budget ?? null) !== null;
  if (hasBudget && key.budgetPeriod === null) {
    throw refusal('budget_period_missing', {}, { param: 'budget_period' });
  }
  if (!hasBudget && key.budgetPeriod !== null) {
    throw refusal('budget_missing', {}, { param: 'budget' });
  }
}
