import { z } from 'zod';
import {
  amountSchema,
  decimalSchema,
  nameSchema,
  serialIdSchema,
  timeSchema,
  versionSchema,
} from './fields.ts';
import { lastTestSchema, modelTitleSchema } from './models.ts';

/**
 * How the order of a model's upstreams is found: by `priority` number, by chance with their weights, by the shortest
 * time to the first token lately, or by the lowest cost.
 */
export const routingStrategySchema = z.enum(['priority', 'weighted', 'lowest_latency', 'lowest_price']);
export type RoutingStrategy = z.infer<typeof routingStrategySchema>;

/** One try of a call at one upstream. */
export const callAttemptSchema = z.object({
  /** The title of the model it was made for: the one asked for, or a fallback. */
  model: z.string(),
  /** Null: a local model. */
  provider: z.string().nullable(),
  upstream_model: z.string(),
  /** Milliseconds after the call's start. */
  started_ms: z.number().int(),
  latency_ms: z.number().int(),
  /** Of the upstream's answer; null: there was none. */
  http_status: z.number().int().nullable(),
  /** Null: it answered. */
  error_code: z.string().nullable(),
});
export type CallAttempt = z.infer<typeof callAttemptSchema>;

/** The same where only the call itself is known. */
export const loggedAttemptSchema = callAttemptSchema.extend({ upstream_model: z.string().nullable() });
export type LoggedAttempt = z.infer<typeof loggedAttemptSchema>;

/** `closed`: calls go there. `open`: none do for a while. `half_open`: one is let through to see. */
export const breakerStateSchema = z.enum(['closed', 'open', 'half_open']);
export type BreakerState = z.infer<typeof breakerStateSchema>;

const prioritySchema = z.number().int().min(0).max(1000);
const weightSchema = z.number().int().min(1).max(1000);

/** What an administrator says of one upstream of a model. */
const upstreamFields = {
  provider_id: serialIdSchema,
  /** The upstream's own name for the model. */
  upstream_model: nameSchema(255),
  /** Lower numbers are tried first. */
  priority: prioritySchema,
  /** Its share of calls among those of the same priority, or of all with the strategy `weighted`. */
  weight: weightSchema,
  is_enabled: z.boolean(),
};

/** What one process knows of an upstream from its own calls. */
export const upstreamStateSchema = z.object({
  breaker: breakerStateSchema,
  /** When an open breaker lets a call through again; null: it is not open. */
  retry_at: timeSchema.nullable(),
  /** Failures in a row that the upstream was to blame for. */
  failures: z.number().int(),
  /** Why the last of them failed; null: none has. */
  last_error_code: z.string().nullable(),
  /** Time to the first token lately; null: no call has been answered. */
  latency_ms: z.number().int().nullable(),
});
export type UpstreamState = z.infer<typeof upstreamStateSchema>;

export const modelUpstreamSchema = z.object({
  ...upstreamFields,
  /** The one that the model is listed under; removing its provider removes the model, unless there is another. */
  is_own: z.boolean(),
  provider_name: z.string(),
  is_provider_enabled: z.boolean(),
  /** What the operator pays, per million tokens; orders `lowest_price` and bills nothing. */
  input_cost: decimalSchema.nullable(),
  output_cost: decimalSchema.nullable(),
  /** The last look at the provider's list of models. */
  last_check: lastTestSchema.nullable(),
  /** The last call that an administrator made to test it. */
  last_test: lastTestSchema.nullable(),
  /** As the process that answers sees it: each has its own. */
  state: upstreamStateSchema,
});
export type ModelUpstream = z.infer<typeof modelUpstreamSchema>;

export const modelRoutingSchema = z.object({
  model_id: serialIdSchema,
  title: z.string(),
  /** Of what stands here, not of the model's prices and names. */
  version: versionSchema,
  strategy: routingStrategySchema,
  upstreams: z.array(modelUpstreamSchema),
  aliases: z.array(z.string()),
  /** In the order they are tried. */
  fallbacks: z.array(z.object({ id: serialIdSchema, title: z.string() })),
});
export type ModelRouting = z.infer<typeof modelRoutingSchema>;

export const modelRoutingRefSchema = z.object({ id: serialIdSchema });

/** Most upstreams, aliases and fallbacks of one model. */
export const MAX_UPSTREAMS = 20;
const MAX_ALIASES = 20;
const MAX_FALLBACKS = 5;

export const setModelRoutingInputSchema = z.object({
  id: serialIdSchema,
  version: versionSchema.optional(),
  strategy: routingStrategySchema.optional(),
  /**
   * All of them, in any order; what is not named is removed. If the model's own provider is not among them, the first
   * takes its place.
   */
  upstreams: z
    .array(
      z.object({
        ...upstreamFields,
        priority: prioritySchema.default(0),
        weight: weightSchema.default(1),
        is_enabled: z.boolean().default(true),
        input_cost: amountSchema.nullish(),
        output_cost: amountSchema.nullish(),
      }),
    )
    .min(1)
    .max(MAX_UPSTREAMS)
    .optional(),
  aliases: z.array(modelTitleSchema).max(MAX_ALIASES).optional(),
  fallback_ids: z.array(serialIdSchema).max(MAX_FALLBACKS).optional(),
});

/** A look at the upstreams of a model: at their list of models, or with `is_paid` by one short call to each. */
export const checkUpstreamsInputSchema = z.object({
  id: serialIdSchema,
  is_paid: z.boolean().default(false),
});
