import { z } from 'zod';
import { conformanceSchema } from './conformance.ts';
import {
  amountSchema,
  decimalSchema,
  localeSchema,
  nameSchema,
  serialIdSchema,
  textSchema,
  timeSchema,
  versionSchema,
} from './fields.ts';
import { limitFields, limitInputFields } from './limits.ts';

/** Prices beside those of input and output; null: not set. `price-kinds.ts` says what each is for. */
const extraPriceFields = {
  cached_input_price: decimalSchema.nullable(),
  cache_write_price: decimalSchema.nullable(),
  cache_write_hour_price: decimalSchema.nullable(),
  audio_input_price: decimalSchema.nullable(),
  audio_output_price: decimalSchema.nullable(),
  image_price: decimalSchema.nullable(),
  call_price: decimalSchema.nullable(),
  audio_second_price: decimalSchema.nullable(),
  duration_price: decimalSchema.nullable(),
  character_price: decimalSchema.nullable(),
};

/** The same as they are entered: what is left out stays, null clears. */
const extraPriceInputFields = {
  cached_input_price: amountSchema.nullish(),
  cache_write_price: amountSchema.nullish(),
  /** For what is kept in the cache for an hour; absent: as other cache writes. */
  cache_write_hour_price: amountSchema.nullish(),
  audio_input_price: amountSchema.nullish(),
  audio_output_price: amountSchema.nullish(),
  image_price: amountSchema.nullish(),
  call_price: amountSchema.nullish(),
  audio_second_price: amountSchema.nullish(),
  duration_price: amountSchema.nullish(),
  character_price: amountSchema.nullish(),
};

/**
 * `language` and `vision` models chat (vision ones accept images), `embedding` models return vectors, `image` models
 * make images, `speech` models read text aloud, `transcription` models write down what they hear, `rerank` models
 * order documents, `moderation` models judge texts. `model-endpoints.ts` says at which endpoints each is called.
 */
export const modelTypeSchema = z.enum([
  'language',
  'vision',
  'embedding',
  'image',
  'speech',
  'transcription',
  'rerank',
  'moderation',
]);
export type ModelType = z.infer<typeof modelTypeSchema>;

export const CAPABILITIES = [
  'chat',
  'vision',
  'audio',
  'tools',
  'json',
  'reasoning',
  'embedding',
  'image',
  'speech',
  'transcription',
  'rerank',
  'moderation',
] as const;
export const capabilitySchema = z.enum(CAPABILITIES);
export type Capability = z.infer<typeof capabilitySchema>;

/** `unknown` until the first test or call. */
export const healthSchema = z.enum(['unknown', 'ok', 'slow', 'failing']);

export const lastTestSchema = z.object({
  ok: z.boolean(),
  latency_ms: z.number().int().nullable(),
  reason: z.string().nullable(),
  tested_at: timeSchema,
});
export type LastTest = z.infer<typeof lastTestSchema>;

/** The name that programs send as `model`. Slashes are allowed, as in `deepseek-ai/DeepSeek-V3`. */
export const modelTitleSchema = nameSchema(255);

/** A card of the model plaza. Prices are per million tokens in the platform's currency; null: no price set. */
export const plazaModelSchema = z.object({
  id: serialIdSchema,
  title: z.string(),
  description: z.string(),
  type: modelTypeSchema,
  capabilities: z.array(capabilitySchema),
  is_local: z.boolean(),
  is_demo: z.boolean(),
  is_api_enabled: z.boolean(),
  /** Marks the model that answers calls without `model`. */
  is_active: z.boolean(),
  provider: z.object({ name: z.string(), preset: z.string().nullable() }),
  context_length: z.number().int().nullable(),
  max_output_tokens: z.number().int().nullable(),
  input_price: decimalSchema.nullable(),
  output_price: decimalSchema.nullable(),
  ...extraPriceFields,
  health: healthSchema,
  last_test: lastTestSchema.nullable(),
  /** What probes of it found; null: it was never probed. */
  conformance: conformanceSchema.nullable(),
  /** Successful calls of the viewer's platform in the last day, and the share that failed, from the rollups. */
  last_day: z.object({ calls: z.number().int(), failed: z.number().int() }),
});
export type PlazaModel = z.infer<typeof plazaModelSchema>;

export const listPlazaOutputSchema = z.object({ items: z.array(plazaModelSchema) });

// Local models: a user's own.

const baseUrlSchema = z.string().trim().min(1, 'must not be empty').max(500);
const secretSchema = z.string().trim().max(500);

export const localModelSchema = z.object({
  id: serialIdSchema,
  name: z.string(),
  base_url: z.string(),
  /** What is called in the end, e.g. `http://localhost:8080/v1/chat/completions`. */
  resolved_url: z.string(),
  upstream_model: z.string().nullable(),
  type: modelTypeSchema,
  has_api_key: z.boolean(),
  is_api_enabled: z.boolean(),
  last_test: lastTestSchema.nullable(),
  version: versionSchema,
  created_at: timeSchema,
  updated_at: timeSchema,
});
export type LocalModel = z.infer<typeof localModelSchema>;

export const createLocalModelInputSchema = z.object({
  name: modelTitleSchema,
  base_url: baseUrlSchema,
  api_key: secretSchema.optional(),
  upstream_model: nameSchema(255).nullish(),
  type: modelTypeSchema.default('language'),
  /** The form's last connection test, kept so that the card shows it at once. */
  last_test: lastTestSchema
    .omit({ tested_at: true })
    .extend({ reason: textSchema(60).nullable() })
    .optional(),
});

/** A key left out stays as it is; an empty one is removed. Another origin in `base_url` needs the key again. */
export const updateLocalModelInputSchema = z.object({
  id: serialIdSchema,
  version: versionSchema.optional(),
  name: modelTitleSchema.optional(),
  base_url: baseUrlSchema.optional(),
  api_key: secretSchema.optional(),
  upstream_model: nameSchema(255).nullish(),
  type: modelTypeSchema.optional(),
  is_api_enabled: z.boolean().optional(),
});

/** Tests a saved model (`id`) or what a form holds before it is saved; with both, the form's values win. */
export const testLocalModelInputSchema = z.object({
  id: serialIdSchema.optional(),
  base_url: baseUrlSchema.optional(),
  api_key: secretSchema.optional(),
  upstream_model: nameSchema(255).nullish(),
  type: modelTypeSchema.optional(),
});

export const listLocalModelsOutputSchema = z.object({ items: z.array(localModelSchema) });

// Cloud models: the administrators'.

export const adminModelSchema = z.object({
  id: serialIdSchema,
  title: z.string(),
  provider_id: serialIdSchema,
  provider_name: z.string(),
  upstream_model: z.string().nullable(),
  description: z.string(),
  type: modelTypeSchema,
  capabilities: z.array(capabilitySchema),
  context_length: z.number().int().nullable(),
  max_output_tokens: z.number().int().nullable(),
  input_price: decimalSchema.nullable(),
  output_price: decimalSchema.nullable(),
  ...extraPriceFields,
  /** Of everybody's calls of the model together. */
  ...limitFields,
  is_api_enabled: z.boolean(),
  is_demo: z.boolean(),
  is_active: z.boolean(),
  last_test: lastTestSchema.nullable(),
  version: versionSchema,
  created_at: timeSchema,
  updated_at: timeSchema,
});
export type AdminModel = z.infer<typeof adminModelSchema>;

const descriptionSchema = textSchema(1000).trim();
export const listModelsOutputSchema = z.object({
  items: z.array(adminModelSchema),
  /** The models that answer calls without `model`; null: such calls are refused. */
  active: z.object({
    language_model_id: serialIdSchema.nullable(),
    vision_model_id: serialIdSchema.nullable(),
  }),
});

const tokenCountSchema = z.number().int().min(1).max(100_000_000);

export const createModelInputSchema = z.object({
  title: modelTitleSchema,
  provider_id: serialIdSchema,
  upstream_model: nameSchema(255).nullish(),
  description: descriptionSchema.default(''),
  type: modelTypeSchema.default('language'),
  capabilities: z.array(capabilitySchema).max(CAPABILITIES.length).default([]),
  context_length: tokenCountSchema.nullish(),
  max_output_tokens: tokenCountSchema.nullish(),
  /**
   * Per million tokens. A model that chats or makes vectors cannot be called without both, others not without any
   * price; zero is a price.
   */
  input_price: amountSchema.nullish(),
  output_price: amountSchema.nullish(),
  ...extraPriceInputFields,
  ...limitInputFields,
  is_api_enabled: z.boolean().default(false),
});

export const updateModelInputSchema = z.object({
  id: serialIdSchema,
  version: versionSchema.optional(),
  title: modelTitleSchema.optional(),
  upstream_model: nameSchema(255).nullish(),
  description: descriptionSchema.optional(),
  type: modelTypeSchema.optional(),
  capabilities: z.array(capabilitySchema).max(CAPABILITIES.length).optional(),
  context_length: tokenCountSchema.nullish(),
  max_output_tokens: tokenCountSchema.nullish(),
  input_price: amountSchema.nullish(),
  output_price: amountSchema.nullish(),
  ...extraPriceInputFields,
  ...limitInputFields,
  is_api_enabled: z.boolean().optional(),
});

export const setActiveModelInputSchema = z.object({
  role: z.enum(['language', 'vision']),
  /** Null: calls without `model` are refused. */
  model_id: serialIdSchema.nullable(),
});

/** An administrator's test of a cloud model: own message, and for vision an image as a data URL. */
export const testModelInputSchema = z.object({
  id: serialIdSchema,
  message: z.string().max(20_000).optional(),
  /** `data:image/…;base64,…`; at most 14 million characters (about 10 MB of image). */
  image: z.string().max(14_000_000).startsWith('data:image/', 'must be a data URL of an image').optional(),
  locale: localeSchema.optional(),
});
