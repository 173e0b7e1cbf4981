import { z } from 'zod';
import { decimalSchema, timeSchema } from './fields.ts';

/** `skip`: could not be looked at. */
export const findingStatusSchema = z.enum(['ok', 'warn', 'fail', 'skip']);

/** What a check has found; `code` and `params` are for other languages. */
export const findingSchema = z.object({
  /** Of the check, e.g. `disk-space`. */
  name: z.string(),
  status: findingStatusSchema,
  /** Of `FINDINGS`, e.g. `disk.low`. */
  code: z.string(),
  params: z.record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean(), z.array(z.string()).readonly()]),
  ),
  message: z.string(),
  /** How it is mended; null: there is nothing to mend. */
  fix: z.string().nullable(),
});
export type HealthFinding = z.infer<typeof findingSchema>;

const nullableCount = z.number().nullable();

/** One process of this machine that serves. */
export const healthProcessSchema = z.object({
  worker: z.string(),
  started_at: timeSchema,
  /** How late timers were lately: 99 of 100 by less. */
  loop_delay_ms: nullableCount,
  /** Share of time in which it was busy, 0 to 1. */
  loop_utilization: nullableCount,
  memory_bytes: nullableCount,
  running_calls: nullableCount,
  undrained_calls: nullableCount,
  is_draining: z.boolean(),
});

export const healthUpstreamSchema = z.object({
  provider: z.string(),
  /** Calls of the last hour, at most the newest 20,000 of all providers. */
  calls: z.number().int(),
  /** Those that the upstream is to blame for. */
  failed: z.number().int(),
  p50_ms: nullableCount,
  p95_ms: nullableCount,
  /** The worst of its upstream models in any process here. */
  breaker: z.enum(['closed', 'half_open', 'open']),
});

export const healthJobSchema = z.object({
  name: z.string(),
  every_ms: z.number().int(),
  /** Null: it has never run. */
  started_at: timeSchema.nullable(),
  /** Null: it runs, or its process died. */
  duration_ms: nullableCount,
  succeeded_at: timeSchema.nullable(),
  error: z.string().nullable(),
});

export const healthStatusSchema = z.object({
  at: timeSchema,
  version: z.string(),
  node: z.string(),
  /** Of the oldest process of this machine. */
  started_at: timeSchema,
  processes: z.array(healthProcessSchema),
  /** Processes of other machines with a journal of their own. */
  elsewhere: z.array(z.object({ host: z.string(), processes: z.number().int() })),
  database: z.object({
    is_up: z.boolean(),
    is_embedded: z.boolean(),
    answer_ms: nullableCount,
    size_bytes: nullableCount,
  }),
  disk: z.object({ free_bytes: nullableCount, total_bytes: nullableCount }),
  settlement: z.object({
    mode: z.enum(['journal', 'database']),
    undrained_calls: z.number(),
    undrained_bytes: z.number(),
    oldest_ms: z.number(),
    quarantined: z.number().int(),
    leases: z.number(),
    idle_leased: decimalSchema,
    held_calls: z.number().int(),
  }),
  /** How old keys and models in memory may be, and are at most. */
  snapshot: z.object({ age_ms: z.number(), max_age_ms: z.number() }),
  upstreams: z.array(healthUpstreamSchema),
  jobs: z.array(healthJobSchema),
  log: z.object({
    retention_days: z.number().int().nullable(),
    /** Newest month first; rows are the database's estimate. */
    months: z.array(z.object({ month: z.string(), rows: z.number(), bytes: z.number() })),
  }),
  findings: z.array(findingSchema),
  /** When the costlier of the findings were made. */
  checked_at: timeSchema,
});
export type HealthStatus = z.infer<typeof healthStatusSchema>;

/** `books`: whether money adds up. `providers`: connects to every enabled one, which sends it its key. */
export const checkKindSchema = z.enum(['books', 'providers']);
export type CheckKind = z.infer<typeof checkKindSchema>;

export const runChecksInputSchema = z.object({ kind: checkKindSchema });

export const checkEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), names: z.array(z.string()) }),
  z.object({ type: z.literal('checked'), name: z.string(), findings: z.array(findingSchema) }),
  z.object({ type: z.literal('result'), ok: z.boolean(), findings: z.array(findingSchema) }),
]);
export type CheckEvent = z.infer<typeof checkEventSchema>;
