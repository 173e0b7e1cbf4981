import { z } from 'zod';
import { serialRefSchema, timeSchema } from './fields.ts';

/** What a model can be probed for, in the order in which it is asked. */
export const PROBES = [
  'unary',
  'stream',
  'stream_usage',
  'system_role',
  'multi_turn',
  'stop',
  'tools',
  'json_schema',
  'vision',
  'long_output',
  'abort',
  'error_shape',
] as const;
export const probeSchema = z.enum(PROBES);
export type Probe = z.infer<typeof probeSchema>;

/**
 * `yes`: the model did it. `no`: it answered without it, or refused to. `failed`: nothing can be said, because
 * the call itself went wrong. `skipped`: not asked, because what it needs is missing.
 */
export const probeVerdictSchema = z.enum(['yes', 'no', 'failed', 'skipped']);
export type ProbeVerdict = z.infer<typeof probeVerdictSchema>;

export const probeResultSchema = z.object({
  probe: probeSchema,
  verdict: probeVerdictSchema,
  /** Why not, in the upstream's or our words, without secrets; null: nothing to say. */
  note: z.string().max(300).nullable(),
  latency_ms: z.number().int().nullable(),
});
export type ProbeResult = z.infer<typeof probeResultSchema>;

/** What probes of a model found. */
export const conformanceSchema = z.object({
  tested_at: timeSchema,
  results: z.array(probeResultSchema),
});
export type Conformance = z.infer<typeof conformanceSchema>;

export const probeModelInputSchema = serialRefSchema.extend({
  /** Left out: all of them. */
  probes: z.array(probeSchema).min(1).max(PROBES.length).optional(),
});

/** The steps of a run as they happen; the last one holds the whole result. */
export const probeEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), probe: probeSchema }),
  z.object({ type: z.literal('found'), result: probeResultSchema }),
  z.object({ type: z.literal('result'), conformance: conformanceSchema }),
]);
export type ProbeEvent = z.infer<typeof probeEventSchema>;
