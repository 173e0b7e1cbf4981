import { z } from 'zod';
import { decimalSchema, serialIdSchema, textSchema, timeSchema } from './fields.ts';
import { scopeSchema } from './logs.ts';

/** An IANA name or an offset that JavaScript knows. */
export const timeZoneSchema = z
  .string()
  .max(64)
  .refine((zone) => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: zone });
      return true;
    } catch {
      return false;
    }
  }, 'must be a time zone such as Asia/Shanghai');

export const statsInputSchema = z.object({
  /** Start, inclusive; default: 14 days back. */
  from: timeSchema.optional(),
  /** End, exclusive; default: now. At most 400 days after `from`. */
  to: timeSchema.optional(),
  /** Where the viewer's days begin and end. Rollups are hourly, so zones off by minutes round down. */
  time_zone: timeZoneSchema.default('UTC'),
  /** What `by_day` goes by: days, or for periods of at most seven days hours. */
  interval: z.enum(['day', 'hour']).default('day'),
  model: textSchema(255).optional(),
  api_key_id: serialIdSchema.optional(),
  is_local: z.boolean().optional(),
  /** False: `by_day` has none, which is quicker over long periods. */
  percentiles: z.boolean().default(true),
  /** With `scope` `all`: one user's calls. */
  user_id: textSchema(50).optional(),
  scope: scopeSchema.default('mine'),
});

const totalsShape = {
  calls: z.number().int(),
  failed: z.number().int(),
  input_tokens: z.number().int(),
  output_tokens: z.number().int(),
  cost: decimalSchema,
};

/** Null where there was no call to measure. Percentiles come from log buckets: within 10 % of the truth. */
const percentilesShape = {
  latency_p50_ms: z.number().nullable(),
  latency_p95_ms: z.number().nullable(),
  ttft_p50_ms: z.number().nullable(),
  ttft_p95_ms: z.number().nullable(),
};

export const totalsSchema = z.object({ ...totalsShape, ...percentilesShape });
export type Totals = z.infer<typeof totalsSchema>;

export const statsOutputSchema = z.object({
  from: timeSchema,
  to: timeSchema,
  currency: z.string(),
  totals: totalsSchema,
  /** The period of the same length just before. */
  previous: totalsSchema,
  /**
   * One entry a day of the viewer's zone, zero-filled, oldest first; `day` is YYYY-MM-DD, and with the interval
   * `hour` YYYY-MM-DDTHH.
   */
  by_day: z.array(z.object({ day: z.string(), ...totalsShape, ...percentilesShape })),
  /** Cost, calls and tokens by day for the models with the highest cost (then calls), the rest as `null`. */
  by_day_and_model: z.array(
    z.object({
      day: z.string(),
      model: z.string().nullable(),
      calls: z.number().int(),
      tokens: z.number().int(),
      cost: decimalSchema,
    }),
  ),
  by_model: z.array(z.object({ model: z.string(), is_local: z.boolean(), ...totalsShape })),
  /** The hundred dearest. */
  by_key: z.array(
    z.object({ api_key_id: serialIdSchema.nullable(), name: z.string().nullable(), ...totalsShape }),
  ),
  /** With `scope` `all` of more than one user: the hundred dearest. Else empty. */
  by_user: z.array(z.object({ user_id: z.string(), email: z.string().nullable(), ...totalsShape })),
  errors: z.array(z.object({ code: z.string(), calls: z.number().int() })),
});
export type Stats = z.infer<typeof statsOutputSchema>;
