import type { CallLogFilter } from '@aigc/shared/schemas/logs';
import type { UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { statsScope } from '../stats/stats-scope.ts';
import { sumsOf, viewSums } from '../stats/sums-view.ts';
import { logKeptFrom } from './delete-old-calls.ts';

const DAY_MS = 86_400_000;

/**
 * About how many calls the filter finds, from the kept sums: the log itself would have to be counted row by row. Exact
 * but for the hours in which the period begins and ends. Null where the sums do not know what the filter asks for.
 * @throws AppError `forbidden` for `scope: all` of a user
 */
export async function estimateCallLogs(
  deps: Deps,
  actor: UserActor,
  filter: CallLogFilter,
): Promise<number | null> {
  const { request_id, error_code, is_own_key, status } = filter;
  const scope = await statsScope(deps.em, actor, {
    ...filter,
    time_zone: 'UTC',
    interval: 'day',
    percentiles: false,
  });
  if (request_id !== undefined) return 1;
  if (is_own_key !== undefined || error_code !== undefined) return null;
  const now = new Date();
  const keptFrom = await logKeptFrom(deps.em, now);
  const fromMs = Math.max(
    0,
    keptFrom?.getTime() ?? 0,
    filter.from === undefined ? 0 : Date.parse(filter.from),
  );
  // Calls of clocks that run ahead are in the log, too.
  const toMs = filter.to === undefined ? now.getTime() + DAY_MS : Date.parse(filter.to);
  if (!(fromMs < toMs)) return 0;
  const { where, isByModel, totalDays: days } = scope;
  const [row] = await viewSums(deps.em, (view) => {
    const source = sumsOf(view, { fromMs, toMs, where, isByModel, days });
    return view.em.execute<{ calls: string; failed: string }[]>(
      `select coalesce(sum(r.calls), 0)::text as calls, coalesce(sum(r.failed), 0)::text as failed from ${source.sql} r`,
      source.params,
    );
  });
  const [calls, failed] = [Number(row?.calls ?? 0), Number(row?.failed ?? 0)];
  if (status === undefined) return calls;
  return status === 'failed' ? failed : calls - failed;
}
