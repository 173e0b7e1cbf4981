import type { EntityManager } from '@mikro-orm/postgresql';
import { money } from '@aigc/shared/money';

/** How far the call log disagrees with what is written beside it in the same transaction. Zeros: it is complete. */
export interface LogGaps {
  /** Billed calls whose log row is missing. */
  entriesWithoutLog: number;
  /** Calls in the log whose bill is not the sum of their ledger entries. */
  bookedOtherwise: number;
  /** Calls in the hourly sums minus calls in the log. */
  callsMissing: number;
  /** Whether the costs of the hourly sums are the bills of the log. */
  isCostEqual: boolean;
  calls: number;
}

/** Looks at the calls since an hour of UTC, in one statement, so that calls which settle meanwhile do not count. */
export async function findLogGaps(em: EntityManager, since: Date): Promise<LogGaps> {
  const [row] = await em.execute<
    {
      entries_without_log: number;
      booked_otherwise: number;
      logged: number;
      summed: number;
      billed: string;
      cost: string;
    }[]
  >(
    `with logs as materialized (
       select request_id, bill from aigcspace.api_call_log where created_at >= ?
     ), entries as materialized (
       select request_id, sum(case when kind = 'uncollected' then amount else -amount end) as total
       from aigcspace.ledger_entries
       where created_at >= ? and request_id is not null and kind in ('usage', 'uncollected') group by request_id
     )
     select
       (select count(*)::int from entries e where not exists
         (select 1 from aigcspace.api_call_log l where l.request_id = e.request_id)) as entries_without_log,
       (select count(*)::int from logs l left join entries e on e.request_id = l.request_id
         where l.bill <> coalesce(e.total, 0)) as booked_otherwise,
       (select count(*)::int from logs) as logged,
       (select coalesce(sum(calls), 0)::int from aigcspace.call_rollups where hour >= ?) as summed,
       (select coalesce(sum(bill), 0)::text from logs) as billed,
       (select coalesce(sum(cost), 0)::text from aigcspace.call_rollups where hour >= ?) as cost`,
    [since, since, since, since],
  );
  if (row === undefined) throw new Error('the database gave no answer');
  return {
    entriesWithoutLog: row.entries_without_log,
    bookedOtherwise: row.booked_otherwise,
    callsMissing: row.summed - row.logged,
    isCostEqual: money(row.billed).equals(row.cost),
    calls: row.logged,
  };
}
