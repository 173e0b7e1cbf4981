import type { EntityManager } from '@mikro-orm/postgresql';
import type { CostReportRow, CostReportView, ReportGroup } from '@aigc/shared/schemas/cost-report';
import { refusal } from '@aigc/shared/refusals';
import type { Actor } from '../actor.ts';
import { findUserAccount } from '../billing/find-account-id.ts';
import { sumMovements } from '../billing/sum-movements.ts';
import type { Deps } from '../deps.ts';
import type { Condition } from '../logs/call-log-filter.ts';
import { requireAdmin } from '../require-admin.ts';
import { readSettings } from '../settings/settings.ts';
import { sumByDay, sumByModel } from './group-days.ts';
import { MAX_PERIOD_DAYS, periodOf, type Period } from './period.ts';
import { readDays } from './read-days.ts';
import { addSums, byCostThenCalls, NO_SUMS, SELECT_SUMS, type Sums, type SumsRow, toSums } from './sums.ts';
import { type DayGrain, sumsOf, type SumsView, viewSums } from './sums-view.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface CostReportInput {
  /** `YYYY-MM-DD`, the first day. */
  start: string;
  /** `YYYY-MM-DD`, the last day, included. */
  end: string;
  timeZone: string;
  by: ReportGroup;
  /** Everybody's calls and one user's are for administrators. */
  scope: 'mine' | 'all' | { userId: string };
}

/** As it is answered, with every row. */
export type CostReport = Omit<CostReportView, 'omitted'>;

/**
 * What was called and what it cost between two days, from the hourly sums, beside what the ledger has of the same hours.
 * An hour belongs to the day in which it begins, so that reports of adjoining days never count an hour twice, in zones
 * off the full hour either. Sums and ledger are of one moment: `total.cost` is `ledger.charged` and
 * `ledger.uncollected` together.
 * @throws AppError `invalid_field` on `start` when the period is empty or too long; `forbidden`; `not_found` on `user_id`
 */
export async function costReport(
  deps: Pick<Deps, 'em'>,
  actor: Actor,
  input: CostReportInput,
): Promise<CostReport> {
  const { em } = deps;
  const { start, end, timeZone, by } = input;
  if (input.scope !== 'mine' || by === 'user') requireAdmin(actor);
  const subject = await findSubject(em, actor, input.scope);
  const period = reportPeriod(input);
  const { currency } = await readSettings(em);
  return viewSums(em, async (view) => {
    const rows = await readRows(view, { by, period, where: subject.where });
    const total = rows.reduce<Sums>(addSums, NO_SUMS);
    const ledger = await sumMovements(view.em, subject.accountId, { ...period, cost: total.cost });
    const from = new Date(period.fromMs).toISOString();
    const to = new Date(period.toMs).toISOString();
    const account = subject.email;
    return { start, end, from, to, time_zone: timeZone, currency, account, by, rows, total, ledger };
  });
}

/** Whole hours, those that begin in the days. */
function reportPeriod({ start, end, timeZone }: CostReportInput): Period {
  const from = startOfDay(Temporal.PlainDate.from(start), timeZone);
  const to = startOfDay(Temporal.PlainDate.from(end).add({ days: 1 }), timeZone);
  if (start > end) throw refusal('period_reversed', {}, { param: 'start' });
  if (Date.parse(to) - Date.parse(from) > MAX_PERIOD_DAYS * DAY_MS) {
    throw refusal('period_too_long', { days: MAX_PERIOD_DAYS }, { param: 'start' });
  }
  if (Date.parse(from) < 0) throw refusal('period_too_early', {}, { param: 'start' });
  const period = periodOf({ from, to, time_zone: timeZone }, 0);
  return { ...period, fromMs: nextHour(period.fromMs), toMs: nextHour(period.toMs) };
}

function nextHour(ms: number): number {
  return Math.ceil(ms / HOUR_MS) * HOUR_MS;
}

interface Subject {
  /** On the columns of `r`; null: everybody's. */
  where: Condition | null;
  /** Null: every account. */
  accountId: string | null;
  email: string | null;
}

async function findSubject(
  em: EntityManager,
  actor: Actor,
  scope: CostReportInput['scope'],
): Promise<Subject> {
  if (scope === 'all') return { where: null, accountId: null, email: null };
  const userId = scope === 'mine' ? actor.userId : scope.userId;
  const account = userId === null ? undefined : await findUserAccount(em, userId);
  if (userId === null || account === undefined) {
    throw refusal('no_such_user', {}, { param: 'user_id' });
  }
  const [user] = await em.execute<{ email: string }[]>('select email from aigcspace.users where id = ?', [
    userId,
  ]);
  return {
    where: { sql: 'r.user_id = ? and r.organisation_id = ?', params: [userId, account.organisationId] },
    accountId: account.id,
    email: user?.email ?? null,
  };
}

interface RowsQuery {
  by: ReportGroup;
  period: Period;
  where: Condition | null;
}

/** Where sums may be read from: of one user only from those that know users. */
function sources(where: Condition | null, days: DayGrain) {
  return where === null
    ? { where: { sql: 'true', params: [] }, days, isByModel: days === 'day_model' }
    : { where, days: 'day_call' as const, isByModel: false };
}

async function readRows(view: SumsView, { by, period, where }: RowsQuery): Promise<CostReportRow[]> {
  switch (by) {
    case 'day':
      return sumByDay(period.days, await readDays(view, period, sources(where, 'day_model')));
    case 'model':
      return sumByModel(await readDays(view, period, sources(where, 'day_model')));
    case 'user':
      return readUsers(view, period, where);
    case 'key':
      return readKeys(view, period, where);
    default:
      return by satisfies never;
  }
}

async function readUsers(
  view: SumsView,
  { fromMs, toMs }: Period,
  where: Condition | null,
): Promise<CostReportRow[]> {
  const source = sumsOf(view, { fromMs, toMs, ...sources(where, 'day_key') });
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
async function readKeys(
  view: SumsView,
  { fromMs, toMs }: Period,
  where: Condition | null,
): Promise<CostReportRow[]> {
  const source = sumsOf(view, { fromMs, toMs, ...sources(where, 'day_key') });
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
