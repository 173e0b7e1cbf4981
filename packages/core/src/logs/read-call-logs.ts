import type { CallLog } from '@aigc/shared/schemas/logs';
import type { Actor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { filterCondition, type CallLogQuery } from './call-log-filter.ts';
import { type CallLogRow, SELECT_CALL_LOG, toCallLog } from './call-log-row.ts';

/** Those of the given calls that the filter finds, oldest first: what a follower of the log was told of. */
export async function readCallLogs(
  deps: Pick<Deps, 'em'>,
  actor: Actor,
  { requestIds, filter }: { requestIds: readonly string[]; filter: CallLogQuery },
): Promise<CallLog[]> {
  const condition = filterCondition(actor, filter);
  const rows = await deps.em.execute<CallLogRow[]>(
    `${SELECT_CALL_LOG} where ${condition.sql} and l.request_id = any(string_to_array(?, ',')) order by l.created_at, l.id`,
    [...condition.params, requestIds.join(',')],
  );
  return rows.map(toCallLog);
}
