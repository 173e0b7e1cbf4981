import { z } from 'zod';

/** The steps of a connection test, in the order they happen. `tls` only for https. */
export const TEST_STEPS = [
  'resolve',
  'connect',
  'tls',
  'first_byte',
  'valid_answer',
  'streaming',
  'usage',
] as const;
export const testStepNameSchema = z.enum(TEST_STEPS);
export type TestStepName = z.infer<typeof testStepNameSchema>;

/** Why a test failed. The panel has a sentence for each in both languages. */
export const TEST_REASONS = [
  'invalid_url',
  'address_forbidden',
  'dns',
  'refused',
  'connect_timeout',
  'tls',
  'headers_timeout',
  'idle_timeout',
  'total_timeout',
  'reset',
  'redirect',
  'too_large',
  'unauthorized',
  'model_not_found',
  'model_required',
  'not_found',
  'rate_limited',
  'html_answer',
  'invalid_json',
  'not_openai',
  'upstream_error',
  'aborted',
] as const;
export const testReasonSchema = z.enum(TEST_REASONS);
export type TestReason = z.infer<typeof testReasonSchema>;

export const testStepSchema = z.object({
  type: z.literal('step'),
  step: testStepNameSchema,
  state: z.enum(['running', 'passed', 'failed', 'warning', 'skipped']),
  /** Milliseconds this step took. */
  ms: z.number().optional(),
  /** Something worth seeing, e.g. the model that answered. */
  detail: z.string().optional(),
  reason: testReasonSchema.optional(),
});
export type TestStep = z.infer<typeof testStepSchema>;

export const testResultSchema = z.object({
  type: z.literal('result'),
  ok: z.boolean(),
  latency_ms: z.number().int().nullable(),
  reason: testReasonSchema.nullable(),
  /** A public sentence in English; the panel prefers its own for `reason`. */
  message: z.string().nullable(),
  /** The upstream's own status, when it answered. */
  http_status: z.number().int().nullable(),
  /** For administrators, after `address_forbidden`: the exact entry that would allow the address. */
  allow_entry: z.string().nullable(),
  /** Ids from the upstream's `/models`, when it has it; at most 500. */
  models: z.array(z.string()),
  streaming: z.boolean(),
  usage: z.boolean(),
});
export type TestResult = z.infer<typeof testResultSchema>;

export const testEventSchema = z.discriminatedUnion('type', [testStepSchema, testResultSchema]);
export type TestEvent = z.infer<typeof testEventSchema>;

/** An administrator's model test: the answer as it streams, then what it took. */
export const modelTestEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('delta'), text: z.string() }),
  z.object({
    type: z.literal('result'),
    ok: z.boolean(),
    latency_ms: z.number().int().nullable(),
    ttft_ms: z.number().int().nullable(),
    input_tokens: z.number().int().nullable(),
    output_tokens: z.number().int().nullable(),
    reason: testReasonSchema.nullable(),
    message: z.string().nullable(),
  }),
]);
export type ModelTestEvent = z.infer<typeof modelTestEventSchema>;
