import type { Actor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import type { Condition } from '../logs/call-log-filter.ts';
import { requireAdmin } from '../require-admin.ts';
import { readSettings } from '../settings/settings.ts';
import { sumByDay, sumByModel } from './group-days.ts';
import { periodOf, type Period } from './period.ts';
import { readDays } from './read-days.ts';
import { addSums, byCostThenCalls, NO_SUMS, SELECT_SUMS, type Sums, type SumsRow, toSums } from './sums.ts';
import { sumsOf, type SumsView, viewSums } from './sums-view.ts';

const HOUR_MS = 3_600_000;

export const REPORT_GROUPS = ['day', 'model', 'user', 'key'] as const;
export type ReportGroup = (typeof REPORT_GROUPS)[number];

export interface CostReportInput {
  /** `YYYY-MM-DD`, the first day. */
  start: string;
  /** `YYYY-MM-DD`, the last day, included. */
  end: string;
  timeZone: string;
  by: ReportGroup;
}

/** What a row is about; the fields depend on `by`. Null where what there was has gone, or never was. */
export type ReportSubject =
  | { day: string }
  | { model: string; is_local: boolean }
  | { user_id: string; user_email: string | null }
  | { api_key_id: number | null; api_key_name: string | null; user_email: string | null };

export type ReportRow = ReportSubject & Sums;

export interface CostReport {
  start: string;
  end: string;
  time_zone: string;
  currency: string;
  by: ReportGroup;
  /** Days in their order, everything else with the highest cost first. */
  rows: ReportRow[];
  total: Sums;
}

/**
 * What was called and what it cost between two days, from the hourly sums. An hour belongs to the day in which it
 * begins, so that reports of adjoining days never count an hour twice, in zones off the full hour either.
 * @throws AppError `invalid_field` on `from` when the period is empty or too long
 */
export async function costReport(
  deps: Pick<Deps, 'em'>,
  actor: Actor,
  input: CostReportInput,
): Promise<CostReport> {
  requireAdmin(actor);
  const { em } = deps;
  const { start, end, timeZone, by } = input;
  const from = startOfDay(Temporal.PlainDate.from(start), timeZone);
  const to = startOfDay(Temporal.PlainDate.from(end).add({ days: 1 }), timeZone);
  const period = periodOf({ from, to, time_zone: timeZone }, 0);
  const fromMs = Math.ceil(period.fromMs / HOUR_MS) * HOUR_MS;
  const rows = await viewSums(em, (view) => readRows(view, by, { ...period, fromMs }));
  const { currency } = await readSettings(em);
  const total = rows.reduce<Sums>(addSums, NO_SUMS);
  return { start, end, time_zone: timeZone, currency, by, rows, total };
}

const EVERYTHING: Condition = { sql: 'true', params: [] };
const BY_MODEL = { where: EVERYTHING, days: 'day_model', isByModel: true } as const;
const BY_KEY = { where: EVERYTHING, days: 'day_key', isByModel: false } as const;

async function readRows(view: SumsView, by: ReportGroup, period: Period): Promise<ReportRow[]> {
  switch (by) {
    case 'day':
      return sumByDay(period.days, await readDays(view, period, BY_MODEL));
    case 'model':
      return sumByModel(await readDays(view, period, BY_MODEL));
    case 'user':
      return readUsers(view, period);
    case 'key':
      return readKeys(view, period);
    default:
      return by satisfies never;
  }
}

async function readUsers(view: SumsView, { fromMs, toMs }: Period): Promise<ReportRow[]> {
  const source = sumsOf(view, { fromMs, toMs, ...BY_KEY });
  const rows = await view.em.execute<({ user_id: string; user_email: string | null } & SumsRow)[]>(
    `select r.user_id, u.email as user_email, ${SELECT_SUMS}
     from ${source.sql} r left join aigcspace.users u on u.id = r.user_id group by r.user_id, u.email`,
    source.params,
  );
  return rows
    .map(({ user_id, user_email, ...sums }) => ({ user_id, user_email, ...toSums(sums) }))
    .toSorted(byCostThenCalls((row) => row.user_id));
}

interface KeyRow extends SumsRow {
  api_key_id: number;
  api_key_name: string | null;
  user_email: string | null;
}

/** Calls without a key (the playground) are a row for each user. */
async function readKeys(view: SumsView, { fromMs, toMs }: Period): Promise<ReportRow[]> {
  const source = sumsOf(view, { fromMs, toMs, ...BY_KEY });
  const rows = await view.em.execute<KeyRow[]>(
    `select r.api_key_id, k.name as api_key_name, u.email as user_email, ${SELECT_SUMS}
     from ${source.sql} r
     left join aigcspace.platform_api_key k on k.id = r.api_key_id
     left join aigcspace.users u on u.id = r.user_id
     group by r.api_key_id, k.name, r.user_id, u.email`,
    source.params,
  );
  return rows
    .map(({ api_key_id, api_key_name, user_email, ...sums }) => ({
      api_key_id: api_key_id || null,
      api_key_name,
      user_email,
      ...toSums(sums),
    }))
    .toSorted(byCostThenCalls((row) => `${row.api_key_id} ${row.user_email}`));
}

function startOfDay(date: Temporal.PlainDate, timeZone: string): string {
  return date.toZonedDateTime(timeZone).toInstant().toString();
}
