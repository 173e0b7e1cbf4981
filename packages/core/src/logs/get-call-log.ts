import { AppError } from '@aigc/shared/errors';
import { trimMoney } from '@aigc/shared/money';
import type { CallLogDetail } from '@aigc/shared/schemas/logs';
import type { UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { toPrice } from '../models/price.ts';
import { readSettings } from '../settings/settings.ts';
import { filterCondition } from './call-log-filter.ts';
import { type CallLogRow, SELECT_CALL_LOG, toCallLog } from './call-log-row.ts';
import { isBigId } from './cursor.ts';

/**
 * One call with the prices it was billed at and its ledger entries. Administrators see everyone's.
 * @throws AppError `not_found`, also for another user's call
 */
export async function getCallLog(deps: Deps, actor: UserActor, id: string): Promise<CallLogDetail> {
  const scope = actor.role === 'admin' ? 'all' : 'mine';
  const filter = filterCondition(actor, { scope });
  const rows = isBigId(id)
    ? await deps.em.execute<CallLogRow[]>(`${SELECT_CALL_LOG} where ${filter.sql} and l.id = ?::bigint`, [
        ...filter.params,
        id,
      ])
    : [];
  const [row] = rows;
  if (row === undefined) throw new AppError('not_found', 'There is no such call.', { param: 'id' });
  const ledger = await deps.em.execute<{ id: string; kind: string; amount: string }[]>(
    'select id::text, kind, amount::text from aigcspace.ledger_entries where request_id = ? order by id',
    [row.request_id],
  );
  const { currency } = await readSettings(deps.em);
  return {
    ...toCallLog(row),
    input_price: toPrice(row.input_price),
    output_price: toPrice(row.output_price),
    currency,
    ledger: ledger.map((entry) => ({ ...entry, amount: trimMoney(entry.amount) })),
  };
}
