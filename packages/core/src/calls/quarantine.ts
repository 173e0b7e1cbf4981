import type { Sql, SqlSession } from '@aigc/db/sql-session';
import type { Settlement } from './call-books.ts';
import { advance, type DrainBatch } from './drain-batch.ts';

const QUARANTINE = {
  name: 'quarantine-insert',
  text: `insert into aigcspace.quarantined_settlements (journal_id, sequence, request_id, record, error)
    values ($1, $2, $3, $4::jsonb, $5)`,
};

const LOCK_ACCOUNT = {
  name: 'quarantine-lock-account',
  text: 'select id from aigcspace.accounts where id = $1 for no key update',
};

const RELEASE_LEASE = {
  name: 'quarantine-release-lease',
  text: `with taken as (
      select l.account_id, least(l.amount, $3::numeric) as amount from aigcspace.leases l
      where l.journal_id = $1 and l.account_id = $2 for update
    ), smaller as (
      update aigcspace.leases l set amount = l.amount - taken.amount, updated_at = now()
      from taken where l.journal_id = $1 and l.account_id = taken.account_id
    )
    update aigcspace.accounts a set leased = a.leased - taken.amount, updated_at = now()
    from taken where a.id = taken.account_id`,
};

const LOCK_BUDGET = {
  name: 'quarantine-lock-budget',
  text: `select key_id from aigcspace.key_budgets
    where key_id = $1 and period = $2 and period_start = $3::date for no key update`,
};

const RELEASE_BUDGET = {
  name: 'quarantine-release-budget',
  text: `with taken as (
      select least(l.amount, $5::numeric) as amount from aigcspace.budget_leases l
      where l.journal_id = $1 and l.key_id = $2 and l.period = $3 and l.period_start = $4::date for update
    ), smaller as (
      update aigcspace.budget_leases l set amount = l.amount - taken.amount, updated_at = now()
      from taken where l.journal_id = $1 and l.key_id = $2 and l.period = $3 and l.period_start = $4::date
    )
    update aigcspace.key_budgets b set leased = b.leased - taken.amount, updated_at = now()
    from taken where b.key_id = $2 and b.period = $3 and b.period_start = $4::date`,
};

/**
 * Sets a settlement aside that cannot be entered: nothing is billed for it, what its lease had covered is free
 * again, and the journal's position moves over it, so that the rest goes on. `batch` holds its one record.
 */
export async function quarantine(
  session: SqlSession,
  batch: DrainBatch,
  { settlement, error }: { settlement: Settlement; error: unknown },
): Promise<void> {
  await session.transaction(async (sql) => {
    await advance(sql, batch);
    await releaseCovered(sql, batch.journalId, settlement);
    await storeQuarantined(sql, {
      journalId: batch.journalId,
      sequence: batch.records.at(-1)?.sequence ?? 0,
      settlement,
      error,
    });
  });
}

/** The same for a settlement that is not in a journal. */
export async function quarantineDirectly(
  session: SqlSession,
  journalId: string,
  { settlement, error }: { settlement: Settlement; error: unknown },
): Promise<void> {
  await session.transaction(async (sql) => {
    await releaseCovered(sql, journalId, settlement);
    await storeQuarantined(sql, { journalId, sequence: 0, settlement, error });
  });
}

/** Writes the row that an operator finds. */
export async function storeQuarantined(
  sql: Pick<Sql, 'query'>,
  entry: { journalId: string; sequence: number; settlement: Settlement; error: unknown },
): Promise<void> {
  const message = entry.error instanceof Error ? entry.error.message : String(entry.error);
  await sql.query(QUARANTINE, [
    entry.journalId,
    entry.sequence,
    storable(entry.settlement.call.requestId).slice(0, 64),
    storable(JSON.stringify(entry.settlement)),
    storable(message),
  ]);
}

async function releaseCovered(sql: Sql, journalId: string, { spending }: Settlement): Promise<void> {
  if (spending === undefined) return;
  const { accountId, covered, budget } = spending;
  await sql.query(LOCK_ACCOUNT, [accountId]);
  await sql.query(RELEASE_LEASE, [journalId, accountId, covered]);
  if (budget === null) return;
  const place = [budget.keyId, budget.period, budget.periodStart];
  await sql.query(LOCK_BUDGET, place);
  await sql.query(RELEASE_BUDGET, [journalId, ...place, budget.covered]);
}

/** jsonb takes neither NUL nor half a surrogate pair, escaped or not. */
function storable(text: string): string {
  return text
    .replaceAll('\0', '')
    .replaceAll(/(?<!\\)((?:\\\\)*)\\u0000/g, '$1')
    .replaceAll(/(?<!\\)((?:\\\\)*)\\u[dD][89a-fA-F][0-9a-fA-F]{2}/g, '$1')
    .toWellFormed();
}
