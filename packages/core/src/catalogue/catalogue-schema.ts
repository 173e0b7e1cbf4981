import { amountSchema, nameSchema, textSchema } from '@aigc/shared/schemas/fields';
import { capabilitySchema, modelTitleSchema, modelTypeSchema } from '@aigc/shared/schemas/models';
import { routingStrategySchema } from '@aigc/shared/schemas/routing';
import { z } from 'zod';

/**
 * The file that says which providers and models there are. What a file leaves out is left as it is, or gets its
 * usual value where the thing is new; null clears what may be empty. `docs/reference/catalogue-file.md` tells the same.
 */

/** Only variables that hold keys may be named: anybody who may import could otherwise send any of them anywhere. */
export const KEY_VARIABLE = /^(?!INIT_)[A-Z][A-Z0-9_]*_(API_KEY|SERVICE_ACCOUNT)$/;

/** Numbers that are written without quotes are exact as well. */
const priceSchema = z.preprocess(
  (value) => (typeof value === 'number' ? String(value) : value),
  amountSchema,
);
const limitSchema = z.number().int().min(1).max(1_000_000_000);
const tokenCountSchema = z.number().int().min(1).max(100_000_000);
const upstreamNameSchema = nameSchema(255);

const costSchema = z.strictObject({
  input: priceSchema.nullable().optional(),
  output: priceSchema.nullable().optional(),
});

export const catalogueProviderSchema = z.strictObject({
  name: nameSchema(100),
  /** Of this product: fills in address, dialect and the variable of the key. */
  preset: z.string().max(50).optional(),
  /** Which protocol it speaks. */
  dialect: z.string().max(50).optional(),
  baseUrl: z.string().trim().min(1, 'must not be empty').max(500).optional(),
  /** The environment variable that holds its key. The key itself never stands in a file. */
  apiKeyEnv: z
    .string()
    .regex(KEY_VARIABLE, 'must be the name of an environment variable such as EXAMPLE_API_KEY')
    .optional(),
  enabled: z.boolean().optional(),
  /** What its dialect wants to know beside address and key. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

const upstreamSchema = z.strictObject({
  /** A provider's name. */
  provider: nameSchema(100),
  upstreamModel: upstreamNameSchema,
  priority: z.number().int().min(0).max(1000).optional(),
  weight: z.number().int().min(1).max(1000).optional(),
  enabled: z.boolean().optional(),
  /** What the operator pays, per million tokens. */
  cost: costSchema.optional(),
});

export const catalogueModelSchema = z.strictObject({
  title: modelTitleSchema,
  /** A provider's name. */
  provider: nameSchema(100),
  /** The provider's own name for it; null: the title. */
  upstreamModel: upstreamNameSchema.nullable().optional(),
  description: textSchema(1000).trim().optional(),
  type: modelTypeSchema.optional(),
  /** Beyond what the type says anyway. */
  capabilities: z.array(capabilitySchema).optional(),
  contextLength: tokenCountSchema.nullable().optional(),
  maxOutputTokens: tokenCountSchema.nullable().optional(),
  /** Whether programs may call it. */
  enabled: z.boolean().optional(),
  prices: z
    .strictObject({
      input: priceSchema.nullable().optional(),
      output: priceSchema.nullable().optional(),
      cachedInput: priceSchema.nullable().optional(),
      cacheWrite: priceSchema.nullable().optional(),
      cacheWriteHour: priceSchema.nullable().optional(),
      audioInput: priceSchema.nullable().optional(),
      audioOutput: priceSchema.nullable().optional(),
      image: priceSchema.nullable().optional(),
      call: priceSchema.nullable().optional(),
      audioSecond: priceSchema.nullable().optional(),
      duration: priceSchema.nullable().optional(),
      character: priceSchema.nullable().optional(),
    })
    .optional(),
  limits: z
    .strictObject({
      requestsPerMinute: limitSchema.nullable().optional(),
      tokensPerMinute: limitSchema.nullable().optional(),
      concurrency: limitSchema.nullable().optional(),
    })
    .optional(),
  strategy: routingStrategySchema.optional(),
  /** All places where it is called, its own provider among them; left out: only that one. */
  upstreams: z.array(upstreamSchema).min(1).max(20).optional(),
  aliases: z.array(modelTitleSchema).max(20).optional(),
  /** Titles of models that answer in its place, in order. */
  fallbacks: z.array(modelTitleSchema).max(5).optional(),
});

export const catalogueSchema = z.strictObject({
  providers: z.array(catalogueProviderSchema).max(500).optional(),
  models: z.array(catalogueModelSchema).max(5000).optional(),
  /** Titles of the models that answer calls without `model`; null: such calls are refused. */
  active: z
    .strictObject({
      language: modelTitleSchema.nullable().optional(),
      vision: modelTitleSchema.nullable().optional(),
    })
    .optional(),
});

export type Catalogue = z.output<typeof catalogueSchema>;
export type CatalogueProvider = z.output<typeof catalogueProviderSchema>;
export type CatalogueModel = z.output<typeof catalogueModelSchema>;
