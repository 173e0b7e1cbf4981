import { z } from 'zod';
import { nameSchema, serialIdSchema, timeSchema } from './fields.ts';

export const keyStatusSchema = z.enum(['active', 'disabled']);
export const keyKindSchema = z.enum(['model', 'management']);

export const apiKeySchema = z.object({
  id: serialIdSchema,
  name: z.string(),
  kind: keyKindSchema,
  /** First characters, for telling keys apart, e.g. `sk-aigc-AbCd`. */
  api_key_prefix: z.string(),
  last_four: z.string(),
  status: keyStatusSchema,
  last_used_at: timeSchema.nullable(),
  created_at: timeSchema,
  updated_at: timeSchema,
});
export type ApiKey = z.infer<typeof apiKeySchema>;

export const createKeyInputSchema = z.object({
  name: nameSchema(100),
  kind: keyKindSchema.default('model'),
});

/** `api_key` is the whole key. It is shown this once. */
export const createKeyOutputSchema = apiKeySchema.extend({ api_key: z.string() });

export const updateKeyInputSchema = z.object({
  id: serialIdSchema,
  name: nameSchema(100).optional(),
  status: keyStatusSchema.optional(),
});

export const listKeysOutputSchema = z.object({ items: z.array(apiKeySchema) });
