import { z } from 'zod';
import {
  amountSchema,
  decimalSchema,
  nameSchema,
  serialIdSchema,
  timeSchema,
  versionSchema,
} from './fields.ts';
import { limitFields, limitInputFields } from './limits.ts';
import { modelTitleSchema } from './models.ts';
import { timeZoneSchema } from './stats.ts';

export const keyStatusSchema = z.enum(['active', 'disabled']);
export const keyKindSchema = z.enum(['model', 'management']);

export const BUDGET_PERIODS = ['day', 'week', 'month', 'total'] as const;
/** Of the calendar in UTC, weeks from Monday; `total` never resets. */
export const budgetPeriodSchema = z.enum(BUDGET_PERIODS);

export const apiKeySchema = z.object({
  id: serialIdSchema,
  name: z.string(),
  kind: keyKindSchema,
  /** First characters, for telling keys apart, e.g. `sk-aigc-AbCd`. */
  api_key_prefix: z.string(),
  last_four: z.string(),
  status: keyStatusSchema,
  /** From then on it is refused; null: never. */
  expires_at: timeSchema.nullable(),
  /** Titles of the models it may call; null: every model that its owner may call. */
  allowed_models: z.array(z.string()).nullable(),
  /** Addresses and networks (CIDR) it may be used from; null: from anywhere. */
  allowed_ips: z.array(z.string()).nullable(),
  ...limitFields,
  /** The most it may spend in each `budget_period`; null: no bound but the balance. */
  budget: decimalSchema.nullable(),
  budget_period: budgetPeriodSchema.nullable(),
  /** A request parameter that an upstream cannot be told is an error instead of being left out. */
  strict_parameters: z.boolean(),
  /** What it has spent of the budget in the current period; null: it has no budget. */
  budget_spent: decimalSchema.nullable(),
  /** When the next period begins; null: never. */
  budget_resets_at: timeSchema.nullable(),
  /** After a rotation, how long the text before it works as well; null: it does not. */
  previous_valid_until: timeSchema.nullable(),
  last_used_at: timeSchema.nullable(),
  version: versionSchema,
  created_at: timeSchema,
  updated_at: timeSchema,
});
export type ApiKey = z.infer<typeof apiKeySchema>;

/** An IPv4 or IPv6 address, or a network such as 10.0.0.0/8. */
export const addressEntrySchema = z
  .string()
  .trim()
  .refine(isAddressEntry, 'must be an address such as 192.0.2.7 or a network such as 10.0.0.0/8');

function isAddressEntry(text: string): boolean {
  return [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()].some((schema) => schema.safeParse(text).success);
}

const MAX_LIST_LENGTH = 100;
const distinct = (entries: string[]): string[] => [...new Set(entries)];

/**
 * What a key may do. Left out: as it is, or for a new key without bounds; null removes the bound. Models, limits and
 * budget are of keys that call models; any key may expire and be bound to addresses.
 */
const keyPolicyFields = {
  expires_at: timeSchema.nullish(),
  allowed_models: z.array(modelTitleSchema).min(1).max(MAX_LIST_LENGTH).transform(distinct).nullish(),
  allowed_ips: z.array(addressEntrySchema).min(1).max(MAX_LIST_LENGTH).transform(distinct).nullish(),
  ...limitInputFields,
  budget: amountSchema.nullish(),
  /** Needed with a budget; goes with it. */
  budget_period: budgetPeriodSchema.nullish(),
  strict_parameters: z.boolean().optional(),
};
const keyPolicySchema = z.object(keyPolicyFields);
export type KeyPolicyInput = z.output<typeof keyPolicySchema>;

export const createKeyInputSchema = z.object({
  name: nameSchema(100),
  kind: keyKindSchema.default('model'),
  ...keyPolicyFields,
});

/** `api_key` is the whole key. It is shown this once. */
export const createKeyOutputSchema = apiKeySchema.extend({ api_key: z.string() });

export const updateKeyInputSchema = z.object({
  id: serialIdSchema,
  name: nameSchema(100).optional(),
  status: keyStatusSchema.optional(),
  version: versionSchema.optional(),
  ...keyPolicyFields,
});

/** The most that the text before a rotation may go on working: 30 days. */
export const MAX_ROTATION_GRACE_SECONDS = 30 * 86_400;
const rotationGraceSchema = z.number().int().min(0).max(MAX_ROTATION_GRACE_SECONDS);

/** Gives a key another text. The one before works for `grace_seconds` more; 0: it ends at once. */
export const rotateKeyInputSchema = z.object({
  id: serialIdSchema,
  grace_seconds: rotationGraceSchema.default(86_400),
});

export const listKeysOutputSchema = z.object({ items: z.array(apiKeySchema) });

/** Whose days, and how many of them, today included. */
export const keyUsageInputSchema = z.object({
  time_zone: timeZoneSchema.default('UTC'),
  days: z.number().int().min(1).max(90).default(14),
});
export type KeyUsageInput = z.output<typeof keyUsageInputSchema>;

export const keyUsageSchema = z.object({
  /** `YYYY-MM-DD`, oldest first. */
  days: z.array(z.string()),
  /** Keys that were used; as many counts as there are days. */
  items: z.array(z.object({ api_key_id: serialIdSchema, calls: z.array(z.number().int()) })),
});
export type KeyUsage = z.infer<typeof keyUsageSchema>;
