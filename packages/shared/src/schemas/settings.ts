import { z } from 'zod';
import { bodyLogModeSchema, MAX_BODY_BYTES, MAX_BODY_DAYS, MIN_BODY_BYTES } from './call-bodies.ts';
import { localeSchema, nameSchema, timeSchema, versionSchema } from './fields.ts';
import { registrationSchema } from './viewer.ts';

const MAX_RETENTION_DAYS = 3650;

export const settingSourceSchema = z.enum(['panel', 'environment', 'default']);
export type SettingSource = z.infer<typeof settingSourceSchema>;

export const platformSettingsSchema = z.object({
  platform_name: z.string(),
  /** Of all of them together. */
  version: versionSchema,
  registration: registrationSchema,
  /** For whoever has chosen none. */
  default_locale: localeSchema,
  currency: z.string(),
  /** Why the currency stays as it is; null: it may still be changed. */
  currency_fixed_by: z.enum(['environment', 'money']).nullable(),
  /** Where values come from: saved here, from a variable of the server's environment, or the product's own. */
  sources: z.object({
    platform_name: settingSourceSchema,
    registration: settingSourceSchema,
    default_locale: settingSourceSchema,
    currency: settingSourceSchema,
  }),
  /** Days that calls stay in the log; null: for ever. Their sums and their bills stay anyway. */
  log_retention_days: z.number().int().nullable(),
  /** Whose requests and answers are kept: nobody's, those of calls that failed, or all. */
  body_log_mode: bodyLogModeSchema,
  /** What is kept of each body at most, in bytes. */
  body_log_max_bytes: z.number().int(),
  /** Days that they are kept. */
  body_log_keep_days: z.number().int(),
  /** Addresses that upstream calls may reach although they are private: `host:port` or `CIDR:port`. */
  upstream_allow: z.array(z.string()),
  /** The same from the environment, which the panel cannot change. */
  upstream_allow_fixed: z.array(z.string()),
  /** True for a single-machine installation: loopback may be called on any port except the product's own. */
  loopback_allowed: z.boolean(),
});
export type PlatformSettings = z.infer<typeof platformSettingsSchema>;

export const updateSettingsInputSchema = z.object({
  /** Refused only if one of the settings that are sent has changed since. */
  version: versionSchema.optional(),
  platform_name: nameSchema(100).optional(),
  registration: z.enum(['closed', 'open']).optional(),
  default_locale: localeSchema.optional(),
  /** ISO 4217. Refused once there is any price, budget or balance. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  /** Older calls are deleted within an hour, for good. Null keeps them all. */
  log_retention_days: z.number().int().min(1).max(MAX_RETENTION_DAYS).nullable().optional(),
  /** `off` deletes what was kept, for good. Everybody is told in the panel while it is on. */
  body_log_mode: bodyLogModeSchema.optional(),
  body_log_max_bytes: z.number().int().min(MIN_BODY_BYTES).max(MAX_BODY_BYTES).optional(),
  body_log_keep_days: z.number().int().min(1).max(MAX_BODY_DAYS).optional(),
  upstream_allow: z.array(z.string().trim().min(1).max(200)).max(200).optional(),
});

export const retentionInputSchema = z.object({ days: z.number().int().min(1).max(MAX_RETENTION_DAYS) });

/** What keeping calls for so many days would delete. */
export const retentionSchema = z.object({
  kept_from: timeSchema,
  calls: z.number().int(),
  /** Whole months are counted by the database's estimate. */
  is_estimated: z.boolean(),
  /** Of those that would go; null: none would. */
  oldest: timeSchema.nullable(),
});
export type Retention = z.infer<typeof retentionSchema>;
