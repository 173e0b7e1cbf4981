import { refusal } from '@aigc/shared/refusals';
import { money, trimMoney } from '@aigc/shared/money';
import type { CallLogDetail } from '@aigc/shared/schemas/logs';
import { billLines, type BillLine } from '../calls/bill-lines.ts';
import { billFor } from '../calls/price.ts';
import type { LoggedAttempt } from '@aigc/shared/schemas/routing';
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
  if (row === undefined) throw refusal('no_such_call', {}, { param: 'id' });
  const ledger = await deps.em.execute<{ id: string; kind: string; amount: string }[]>(
    'select id::text, kind, amount::text from aigcspace.ledger_entries where request_id = ? order by id',
    [row.request_id],
  );
  const { currency } = await readSettings(deps.em);
  return {
    ...toCallLog(row),
    input_price: toPrice(row.input_price),
    output_price: toPrice(row.output_price),
    bill_lines: linesOf(row),
    answered_by: row.answered_by,
    attempts: attemptsOf(row),
    currency,
    ledger: ledger.map((entry) => ({ ...entry, amount: trimMoney(entry.amount) })),
  };
}

/** The attempts of a call: those that were written down, or the one that the row itself tells of. */
function attemptsOf(row: CallLogRow): LoggedAttempt[] {
  if (row.attempts !== null) return row.attempts;
  // A call that failed without any was never sent, or is older than the list.
  if (row.status === 'failed' || row.latency_ms === null) return [];
  return [
    {
      model: row.model_name,
      provider: row.provider,
      upstream_model: null,
      started_ms: 0,
      latency_ms: row.latency_ms,
      http_status: 200,
      error_code: null,
    },
  ];
}

/** How the bill came about; nothing of a call that was not billed, whatever its tokens would have cost. */
function linesOf(row: CallLogRow): BillLine[] {
  const { input_price: inputPrice, output_price: outputPrice, extra_prices: extras } = row;
  if (inputPrice === null || outputPrice === null) return [];
  const price = { inputPrice, outputPrice, ...(extras === null ? {} : { extras }) };
  const usage = {
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    cachedTokens: row.cached_tokens,
    details: row.usage_details ?? undefined,
  };
  if (!money(billFor(price, usage)).eq(row.bill)) return [];
  return billLines(price, usage).map((line) => ({ ...line, price: trimMoney(line.price) }));
}
