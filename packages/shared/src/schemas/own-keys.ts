import { z } from 'zod';
import { serialIdSchema, timeSchema } from './fields.ts';

/** A provider of the platform, and the caller's own key for it. */
export const ownKeySchema = z.object({
  provider_id: serialIdSchema,
  provider_name: z.string(),
  /** The preset the provider came from; null for an address of the administrators' own. */
  preset: z.string().nullable(),
  /** How many of its models can be called. */
  model_count: z.number().int(),
  /** Its secret is several lines long, as of a file's content. */
  is_multiline: z.boolean(),
  has_key: z.boolean(),
  /** Last four characters of the key, enough to tell keys apart. */
  api_key_hint: z.string().nullable(),
  /** Whether the caller's calls use the key. */
  is_used: z.boolean(),
  /** The provider has moved to another server since: the key is not sent there until it is entered again. */
  is_outdated: z.boolean(),
  updated_at: timeSchema.nullable(),
});
export type OwnKey = z.infer<typeof ownKeySchema>;

export const listOwnKeysOutputSchema = z.object({ items: z.array(ownKeySchema) });

/** A key left out stays as it is; a new one is used at once, unless `is_used` says otherwise. */
export const saveOwnKeyInputSchema = z.object({
  provider_id: serialIdSchema,
  api_key: z.string().trim().min(1, 'must not be empty').max(10_000).optional(),
  is_used: z.boolean().optional(),
});

export const ownKeyRefSchema = z.object({ provider_id: serialIdSchema });
