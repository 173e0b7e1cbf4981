import { refusal } from '@aigc/shared/refusals';
import { trimMoney } from '@aigc/shared/money';
import type { LedgerEntry } from '@aigc/shared/schemas/billing';
import type { UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { isBigId } from '../logs/cursor.ts';

export interface ListLedgerInput {
  kind?: LedgerEntry['kind'] | undefined;
  /** ISO 8601, inclusive. */
  from?: string | undefined;
  /** ISO 8601, exclusive. */
  to?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

export interface LedgerPage {
  items: LedgerEntry[];
  /** Null: there is nothing after this page. */
  next_cursor: string | null;
}

interface LedgerRow extends Omit<LedgerEntry, 'created_at'> {
  created_at: Date | string;
}

/** One page of the movements of the actor's organisation, newest first. @throws AppError `invalid_field` on `cursor` */
export async function listLedger(deps: Deps, actor: UserActor, input: ListLedgerInput): Promise<LedgerPage> {
  const conditions: [string, unknown][] = [['a.organisation_id = ?', actor.organisationId]];
  if (input.kind !== undefined) conditions.push(['e.kind = ?', input.kind]);
  if (input.from !== undefined) conditions.push(['e.created_at >= ?::timestamptz', input.from]);
  if (input.to !== undefined) conditions.push(['e.created_at < ?::timestamptz', input.to]);
  if (input.cursor !== undefined) conditions.push(['e.id < ?::bigint', decodeLedgerCursor(input.cursor)]);
  const found = await deps.em.execute<LedgerRow[]>(
    `select e.id::text, e.kind, e.amount::text, e.balance_after::text, e.note, e.request_id,
       l.id::text as call_log_id, c.prefix as redeem_code_prefix, u.email as actor_email, e.created_at
     from aigcspace.ledger_entries e
     join aigcspace.accounts a on a.id = e.account_id
     left join aigcspace.api_call_log l on l.request_id = e.request_id
     left join aigcspace.redeem_codes c on c.id = e.redeem_code_id
     left join aigcspace.users u on u.id = e.actor_id
     where ${conditions.map(([sql]) => sql).join(' and ')}
     order by e.id desc limit ?`,
    [...conditions.map(([, value]) => value), input.limit + 1],
  );
  const rows = found.slice(0, input.limit);
  const last = rows.at(-1);
  const hasMore = found.length > rows.length && last !== undefined;
  return {
    items: rows.map((row) => ({
      ...row,
      amount: trimMoney(row.amount),
      balance_after: trimMoney(row.balance_after),
      created_at: new Date(row.created_at).toISOString(),
    })),
    next_cursor: hasMore ? Buffer.from(last.id).toString('base64url') : null,
  };
}

function decodeLedgerCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString('utf8');
  if (!isBigId(id)) {
    throw refusal('wrong_cursor', {}, { param: 'cursor' });
  }
  return id;
}
