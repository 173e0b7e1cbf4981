import { addressEntrySchema, type ApiKey, type KeyPolicyInput } from '@aigc/shared/schemas/keys';
import type { Dictionary } from '#lib/i18n/dictionary.ts';
import { instantOf, localText } from '#lib/i18n/zoned-day.ts';
import { initialLimits, limitFaults, limitInput, type LimitFields } from '#lib/limit-input.ts';

/** When a key ends: never, so many days from now, or at a time of the viewer's clock. */
export const EXPIRIES = ['never', '7', '30', '90', '365', 'at'] as const;
export type Expiry = (typeof EXPIRIES)[number];
export type BudgetPeriod = NonNullable<ApiKey['budget_period']>;

/** What the form of a key's bounds holds, as typed. */
export interface BoundsFields {
  expiry: Expiry;
  /** `YYYY-MM-DDTHH:mm`, for `at`. */
  expiresAt: string;
  /** Only `models` may be called. */
  isOnlySome: boolean;
  models: string[];
  /** One address or network a line. */
  addresses: string;
  limits: LimitFields;
  budget: string;
  budgetPeriod: BudgetPeriod;
  isStrict: boolean;
}

export function initialBounds(saved: ApiKey | undefined, timeZone: string): BoundsFields {
  const expiresAt = saved?.expires_at ?? null;
  return {
    expiry: expiresAt === null ? 'never' : 'at',
    expiresAt: expiresAt === null ? '' : localText(expiresAt, timeZone),
    isOnlySome: (saved?.allowed_models ?? null) !== null,
    models: [...(saved?.allowed_models ?? [])],
    addresses: (saved?.allowed_ips ?? []).join('\n'),
    limits: initialLimits(saved),
    budget: saved?.budget ?? '',
    budgetPeriod: saved?.budget_period ?? 'month',
    isStrict: saved?.strict_parameters ?? false,
  };
}

export type BoundsFault = 'expiry' | 'models' | 'address' | 'limit' | 'budget';

/** Whose bounds these are, and when and where they are entered. */
export interface BoundsContext {
  kind: ApiKey['kind'];
  timeZone: string;
  now: Date;
}

/** Faults that can be seen without asking the server, by the field's name on the wire. */
export function boundsFaults(fields: BoundsFields, context: BoundsContext): Record<string, BoundsFault> {
  const faults: Record<string, BoundsFault> = {};
  if (fields.expiry === 'at') {
    const expiresAt = readTime(fields.expiresAt, context.timeZone);
    if (expiresAt === null || expiresAt <= context.now) faults['expires_at'] = 'expiry';
  }
  if (!linesOf(fields.addresses).every((line) => addressEntrySchema.safeParse(line).success)) {
    faults['allowed_ips'] = 'address';
  }
  if (context.kind === 'management') return faults;
  if (fields.isOnlySome && fields.models.length === 0) faults['allowed_models'] = 'models';
  for (const name of limitFaults(fields.limits)) faults[name] = 'limit';
  const budget = fields.budget.trim();
  if (budget !== '' && (!/^\d{1,14}(\.\d{1,10})?$/.test(budget) || !/[1-9]/.test(budget))) {
    faults['budget'] = 'budget';
  }
  return faults;
}

/** The faults of what was changed: a time that has passed meanwhile is no reason to refuse another change. */
export function changedFaults(
  fields: BoundsFields,
  initial: BoundsFields,
  context: BoundsContext,
): Record<string, BoundsFault> {
  const { expires_at: expiry, ...rest } = boundsFaults(fields, context);
  return expiry !== undefined && isExpiryChanged(fields, initial) ? { ...rest, expires_at: expiry } : rest;
}

/** A sentence for each fault. */
export function describeFaults(faults: Record<string, BoundsFault>, t: Dictionary): Record<string, string> {
  const words: Record<BoundsFault, string> = { ...t.keys.faults, limit: t.limits.invalid };
  return Object.fromEntries(Object.entries(faults).map(([field, fault]) => [field, words[fault]]));
}

/** All bounds of a new key; those of model keys are left out of the others. */
export function boundsInput(fields: BoundsFields, { kind, timeZone, now }: BoundsContext): KeyPolicyInput {
  const lines = linesOf(fields.addresses);
  const common = {
    expires_at: expiryOf(fields, timeZone, now),
    allowed_ips: lines.length === 0 ? null : lines,
  };
  if (kind === 'management') return common;
  const budget = fields.budget.trim();
  return {
    ...common,
    allowed_models: fields.isOnlySome ? fields.models : null,
    ...limitInput(fields.limits),
    budget: budget === '' ? null : budget,
    budget_period: budget === '' ? null : fields.budgetPeriod,
    strict_parameters: fields.isStrict,
  };
}

/** The same for a key that is there. Its expiry only if it was changed: the form does not know its seconds. */
export function changedBounds(
  fields: BoundsFields,
  initial: BoundsFields,
  context: BoundsContext,
): KeyPolicyInput {
  const { expires_at: expiresAt, ...rest } = boundsInput(fields, context);
  return isExpiryChanged(fields, initial) ? { ...rest, expires_at: expiresAt } : rest;
}

function isExpiryChanged(fields: BoundsFields, initial: BoundsFields): boolean {
  return (
    fields.expiry !== initial.expiry || (fields.expiry === 'at' && fields.expiresAt !== initial.expiresAt)
  );
}

function expiryOf(fields: BoundsFields, timeZone: string, now: Date): string | null {
  if (fields.expiry === 'never') return null;
  if (fields.expiry === 'at') return readTime(fields.expiresAt, timeZone)?.toISOString() ?? null;
  return new Date(now.getTime() + Number(fields.expiry) * 86_400_000).toISOString();
}

function readTime(text: string, timeZone: string): Date | null {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) ? instantOf(text.slice(0, 16), timeZone) : null;
}

function linesOf(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
