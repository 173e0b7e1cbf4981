import { z } from 'zod';
import { nameSchema } from './fields.ts';
import { registrationSchema } from './viewer.ts';

const MAX_RETENTION_DAYS = 3650;

export const platformSettingsSchema = z.object({
  platform_name: z.string(),
  registration: registrationSchema,
  currency: z.string(),
  /** Days that calls stay in the log; null: for ever. Their sums and their bills stay anyway. */
  log_retention_days: z.number().int().nullable(),
  /** Addresses that upstream calls may reach although they are private: `host:port` or `CIDR:port`. */
  upstream_allow: z.array(z.string()),
  /** The same from the environment, which the panel cannot change. */
  upstream_allow_fixed: z.array(z.string()),
  /** True for a single-machine installation: loopback may be called on any port except the product's own. */
  loopback_allowed: z.boolean(),
});
export type PlatformSettings = z.infer<typeof platformSettingsSchema>;

export const updateSettingsInputSchema = z.object({
  platform_name: nameSchema(100).optional(),
  registration: z.enum(['closed', 'open']).optional(),
  /** Older calls are deleted within an hour, for good. Null keeps them all. */
  log_retention_days: z.number().int().min(1).max(MAX_RETENTION_DAYS).nullable().optional(),
  upstream_allow: z.array(z.string().trim().min(1).max(200)).max(200).optional(),
});
