import { z } from 'zod';
import { decimalSchema, serialIdSchema, timeSchema } from './fields.ts';
import { timeZoneSchema } from './stats.ts';

export const REPORT_GROUPS = ['day', 'model', 'user', 'key'] as const;
export type ReportGroup = (typeof REPORT_GROUPS)[number];

const daySchema = z.iso.date();

export const costReportInputSchema = z.object({
  /** The first day. */
  start: daySchema,
  /** The last day, included; at most 400 days in all. */
  end: daySchema,
  time_zone: timeZoneSchema.default('UTC'),
  /** What a row is about; `user` is for administrators. */
  by: z.enum(REPORT_GROUPS).default('day'),
  /** `all`: everybody's calls, for administrators. */
  scope: z.enum(['mine', 'all']).default('mine'),
  /** One user's, for administrators. */
  user_id: z.string().max(50).optional(),
});

const sums = {
  calls: z.number().int(),
  failed: z.number().int(),
  input_tokens: z.number().int(),
  output_tokens: z.number().int(),
  cost: decimalSchema,
};
const sumsSchema = z.object(sums);

/** What a row is about depends on `by`. Null where what there was has gone, or never was. */
const rowSchema = z.union([
  z.object({ day: z.string(), ...sums }),
  z.object({ model: z.string(), is_local: z.boolean(), ...sums }),
  z.object({
    /** Null: calls of the playground. */
    api_key_id: serialIdSchema.nullable(),
    api_key_name: z.string().nullable(),
    user_email: z.string().nullable(),
    ...sums,
  }),
  z.object({ user_id: z.string(), user_email: z.string().nullable(), ...sums }),
]);

/** A decimal that may be the sum of many amounts. */
const sumSchema = z.string().regex(/^-?\d+(\.\d{1,10})?$/);

export const costReportOutputSchema = z.object({
  start: z.string(),
  end: z.string(),
  /** The hours that are counted: those that begin in the days. */
  from: timeSchema,
  to: timeSchema,
  time_zone: z.string(),
  currency: z.string(),
  /** The e-mail address of the user whose calls these are; null: everybody's. */
  account: z.string().nullable(),
  by: z.enum(REPORT_GROUPS),
  /** Days in their order and zero-filled, everything else with the highest cost first; at most a thousand. */
  rows: z.array(rowSchema),
  /** The rows that are left out, together; null: none are. The CSV file has them all. */
  omitted: sumsSchema.extend({ rows: z.number().int() }).nullable(),
  total: sumsSchema.extend({ cost: sumSchema }),
  /**
   * The ledger's entries of the same hours: `opening` + `topups` + `redemptions` + `adjustments` − `charged` =
   * `closing`, and `charged` + `uncollected` = the cost in total. Of everybody: of all accounts but the platform's.
   */
  ledger: z.object({
    opening: sumSchema,
    topups: sumSchema,
    redemptions: sumSchema,
    adjustments: sumSchema,
    charged: sumSchema,
    closing: sumSchema,
    /** Borne by the platform. */
    uncollected: sumSchema,
  }),
});
export type CostReportView = z.infer<typeof costReportOutputSchema>;
export type CostReportRow = CostReportView['rows'][number];
