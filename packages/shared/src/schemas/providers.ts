import { z } from 'zod';
import { providerFormSchema } from '../provider-form.ts';
import { capabilitySchema, modelTypeSchema } from './models.ts';
import { nameSchema, serialIdSchema, timeSchema, versionSchema } from './fields.ts';

export const providerPresetSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** The protocol that it speaks at this address. */
  dialect: z.string(),
  base_url: z.string(),
  /** The environment variable that holds its key by convention. */
  key_variable: z.string(),
  /** Where a key is made. */
  console_url: z.string(),
  requires_key: z.boolean(),
  models: z.array(
    z.object({
      title: z.string(),
      type: modelTypeSchema,
      capabilities: z.array(capabilitySchema),
      context_length: z.number().int().nullable(),
    }),
  ),
});
export type ProviderPreset = z.infer<typeof providerPresetSchema>;

export const listPresetsOutputSchema = z.object({ items: z.array(providerPresetSchema) });

/** A protocol that an upstream may speak, and what its form asks for. */
export const providerDialectSchema = z.object({
  id: z.string(),
  label: z.string(),
  form: providerFormSchema,
});
export type ProviderDialect = z.infer<typeof providerDialectSchema>;

export const listDialectsOutputSchema = z.object({ items: z.array(providerDialectSchema) });

export const providerStatusSchema = z.enum(['enabled', 'disabled']);

export const providerSchema = z.object({
  id: serialIdSchema,
  name: z.string(),
  /** The preset it came from; null for an address of one's own, `demo` for the built-in one. */
  preset: z.string().nullable(),
  dialect: z.string(),
  base_url: z.string(),
  /** As its dialect's form describes them. */
  settings: z.record(z.string(), z.unknown()),
  has_api_key: z.boolean(),
  /** Last four characters of the key, enough to tell keys apart. */
  api_key_hint: z.string().nullable(),
  status: providerStatusSchema,
  is_demo: z.boolean(),
  model_count: z.number().int(),
  version: versionSchema,
  created_at: timeSchema,
  updated_at: timeSchema,
});
export const listProvidersOutputSchema = z.object({ items: z.array(providerSchema) });
export type Provider = z.infer<typeof providerSchema>;

const baseUrlSchema = z.string().trim().min(1, 'must not be empty').max(500);
/** A key, or what else a dialect takes for one: the file of a service account has some 2,400 characters. */
const secretSchema = z.string().trim().max(20_000);
const dialectSchema = z.string().min(1).max(50);
/** By the names of the dialect's form; checked by that. */
const settingsSchema = z.record(z.string().max(50), z.unknown());

export const createProviderInputSchema = z.object({
  name: nameSchema(100),
  preset: z.string().max(50).nullish(),
  /** Of an address of one's own; a preset knows its own. */
  dialect: dialectSchema.nullish(),
  base_url: baseUrlSchema,
  api_key: secretSchema.optional(),
  settings: settingsSchema.optional(),
  /** Titles of the preset's models to add with it, unpriced and not yet enabled. */
  models: z.array(z.string().max(255)).max(200).default([]),
});

/** A key left out stays as it is; an empty one is removed. Another origin in `base_url` needs the key again. */
export const updateProviderInputSchema = z.object({
  id: serialIdSchema,
  version: versionSchema.optional(),
  name: nameSchema(100).optional(),
  base_url: baseUrlSchema.optional(),
  api_key: secretSchema.optional(),
  /** All of them; left out, they stay as they are. */
  settings: settingsSchema.optional(),
  status: providerStatusSchema.optional(),
});

export const testProviderInputSchema = z.object({
  id: serialIdSchema.optional(),
  /** Of an address that is not saved yet: which protocol it speaks. */
  preset: z.string().max(50).nullish(),
  dialect: dialectSchema.nullish(),
  base_url: baseUrlSchema.optional(),
  api_key: secretSchema.optional(),
  settings: settingsSchema.optional(),
  upstream_model: nameSchema(255).nullish(),
});
