import { z } from 'zod';
import {
  bigIdSchema,
  cursorSchema,
  decimalSchema,
  pageLimitSchema,
  serialIdSchema,
  textSchema,
  timeSchema,
} from './fields.ts';
import { loggedAttemptSchema } from './routing.ts';

export const callStatusSchema = z.enum(['success', 'failed']);
/** Where a call came from: a program with a key, or the panel's playground. */
export const callSourceSchema = z.enum(['api', 'playground']);

/** Whose calls: `mine`, or for administrators `all`. */
export const scopeSchema = z.enum(['mine', 'all']);

export const callLogFilterSchema = z.object({
  from: timeSchema.optional(),
  to: timeSchema.optional(),
  model: textSchema(255).optional(),
  api_key_id: serialIdSchema.optional(),
  status: callStatusSchema.optional(),
  is_local: z.boolean().optional(),
  /** Calls with the caller's own key for a provider. */
  is_own_key: z.boolean().optional(),
  request_id: textSchema(64).optional(),
  /** Calls that ended with this error code. */
  error_code: textSchema(60).optional(),
  /** With `scope` `all`: one user's calls. */
  user_id: textSchema(50).optional(),
  /** Administrators only: whose calls. `mine` is the default; `all` every user's. */
  scope: scopeSchema.default('mine'),
});
export type CallLogFilter = z.infer<typeof callLogFilterSchema>;

export const listCallLogsInputSchema = callLogFilterSchema.extend({
  cursor: cursorSchema.optional(),
  limit: pageLimitSchema.default(50),
});

const countSchema = z.number().int().optional();

/** What a call used beside plain tokens; what there was none of is left out. */
export const usageDetailsSchema = z.object({
  cache_write_tokens: countSchema,
  /** Part of these: for an hour. */
  cache_write_hour_tokens: countSchema,
  audio_input_tokens: countSchema,
  audio_output_tokens: countSchema,
  images: countSchema,
  audio_seconds: countSchema,
  characters: countSchema,
  /** 1, where the model has a price per call. */
  calls: countSchema,
  /** Where the model has a price for them. */
  duration_seconds: countSchema,
});
export type CallUsageDetails = z.infer<typeof usageDetailsSchema>;

export const BILL_PARTS = [
  'input',
  'cached_input',
  'cache_write',
  'cache_write_hour',
  'audio_input',
  'output',
  'audio_output',
  'image',
  'audio_second',
  'character',
  'call',
  'duration',
] as const;
export type BillPart = (typeof BILL_PARTS)[number];

export const callLogSchema = z.object({
  id: bigIdSchema,
  request_id: z.string(),
  created_at: timeSchema,
  user_id: z.string(),
  user_email: z.string().nullable(),
  api_key_id: serialIdSchema.nullable(),
  api_key_name: z.string().nullable(),
  model_id: serialIdSchema.nullable(),
  model_name: z.string(),
  provider: z.string().nullable(),
  endpoint: z.string(),
  source: callSourceSchema,
  is_local: z.boolean(),
  /** The upstream was called with the user's own key: nothing was billed. */
  is_own_key: z.boolean(),
  is_stream: z.boolean(),
  input_tokens: z.number().int(),
  output_tokens: z.number().int(),
  cached_tokens: z.number().int(),
  reasoning_tokens: z.number().int(),
  /** Null: nothing but plain tokens. */
  usage_details: usageDetailsSchema.nullable(),
  /** True: the upstream reported no usage and the tokens were estimated. */
  estimated: z.boolean(),
  bill: decimalSchema,
  status: callStatusSchema,
  http_status: z.number().int(),
  error_code: z.string().nullable(),
  error_message: z.string().nullable(),
  latency_ms: z.number().int().nullable(),
  ttft_ms: z.number().int().nullable(),
  request_ip: z.string().nullable(),
});
export type CallLog = z.infer<typeof callLogSchema>;

/** A call with the prices it was billed at, so that its bill can be recomputed, and its ledger entries. */
export const callLogDetailSchema = callLogSchema.extend({
  input_price: decimalSchema.nullable(),
  output_price: decimalSchema.nullable(),
  /** Quantity x price / per: the sum of all amounts, rounded once, is the bill. Empty: nothing was billed. */
  bill_lines: z.array(
    z.object({
      part: z.enum(BILL_PARTS),
      quantity: z.number().int(),
      price: z.string(),
      per: z.union([z.literal(1), z.literal(1_000_000)]),
      /** With as many decimals as it has. */
      amount: z.string(),
    }),
  ),
  /** The title of the fallback model that answered; null: the model asked for, or none. */
  answered_by: z.string().nullable(),
  /** Every try at an upstream, in order; none: the call was refused before. */
  attempts: z.array(loggedAttemptSchema),
  currency: z.string(),
  ledger: z.array(z.object({ id: bigIdSchema, kind: z.string(), amount: decimalSchema })),
});
export type CallLogDetail = z.infer<typeof callLogDetailSchema>;

export const listCallLogsOutputSchema = z.object({
  items: z.array(callLogSchema),
  /** Null: this is the last page. */
  next_cursor: z.string().nullable(),
});

export const callLogRefSchema = z.object({ id: bigIdSchema });

export const callLogFacetsInputSchema = z.object({ scope: scopeSchema.default('mine') });

/** What the filters can choose from: models and keys that occur in the caller's log. */
export const callLogFacetsSchema = z.object({
  models: z.array(z.string()),
  keys: z.array(z.object({ id: serialIdSchema, name: z.string() })),
});
export type CallLogFacets = z.infer<typeof callLogFacetsSchema>;

/** One settled call, as told to a live listener. */
export const callEventSchema = z.object({
  id: bigIdSchema,
  request_id: z.string(),
  api_key_id: serialIdSchema.nullable(),
  model_name: z.string(),
  status: callStatusSchema,
});
export type CallEvent = z.infer<typeof callEventSchema>;

/** Which calls a live listener hears of: all of its own, or those made with one key. */
export const onCallInputSchema = z.object({
  api_key_id: serialIdSchema.optional(),
  /** Administrators only: whose calls, as in the filter of the log. */
  scope: z.enum(['mine', 'all']).default('mine'),
  /** Set by the client when it reconnects: the last call it heard of. */
  lastEventId: bigIdSchema.optional(),
});
