import type { Sql, SqlSession } from '@aigc/db/sql-session';
import { fromUnits } from '@aigc/shared/money-units';
import { expect, test } from 'vitest';
import { accountSubject } from './account-lease.ts';
import { CallPowers } from './call-power.ts';
import { LeaseDesk, type LeaseEntry } from './lease-desk.ts';
import type { LeaseTable } from './lease-table.ts';

/** A lease's row, whose owner may not have more in memory than is in it. */
function rowOf(subject: string) {
  const row = { amount: 0n };
  const table: LeaseTable = {
    subject,
    take: async ({ missing }) => {
      row.amount += missing;
      return missing;
    },
    look: async () => ({ free: 0n, siblings: [] }),
    keep: async (_sql, amount) => (row.amount = row.amount < amount ? row.amount : amount),
  };
  return { row, table };
}

const NO_SQL: Sql = { query: async () => [], copy: async () => {} };

/** Transactions that wait until they are let go on, as behind a large batch of the drain. */
function busySession() {
  const gate = Promise.withResolvers<void>();
  const session: SqlSession = {
    query: async () => [],
    transaction: async (work) => {
      await gate.promise;
      return work(NO_SQL);
    },
    close: async () => {},
  };
  return { session, letGo: () => gate.resolve() };
}

function deskOn(drainSession: SqlSession) {
  const clock = { nowMs: 0 };
  const desk = new LeaseDesk({
    drainSession,
    isSettled: () => true,
    recall: async () => {},
    nowMs: () => clock.nowMs,
  });
  return { desk, clock };
}

test('a lease that is taken while an earlier one is still being given back stays in its row', async () => {
  const { session, letGo } = busySession();
  const { desk, clock } = deskOn(session);
  const { row, table } = rowOf('account a');
  const entry = (): LeaseEntry => desk.entry('account a', () => table);
  const givingBack = desk.giveBack(entry());
  clock.nowMs = 60_000;
  await desk.giveBackIdle();
  const reserving = desk.reserve(entry(), 10n);
  await new Promise((resolve) => setImmediate(resolve));
  letGo();
  await Promise.all([givingBack, reserving]);
  expect(row.amount).toBeGreaterThanOrEqual(entry().power.reserved + entry().power.free);
  expect(row.amount).toBe(10n);
});

test('a bill that is taken back frees nothing that its lost transaction may have taken out of the row', async () => {
  const { session, letGo } = busySession();
  const { desk } = deskOn(session);
  const { row, table } = rowOf(accountSubject('a'));
  letGo();
  const entry = desk.entry(accountSubject('a'), () => table);
  const powers = new CallPowers({ journalId: 'ins_1', desk, session });
  const call = await powers.reserve({ accountId: 'a', amount: 10n, budget: null });
  const spending = powers.spend(call.power, 8n);
  // Entered, but the answer was lost: the books enter the call as failed and free.
  row.amount -= 8n;
  expect(powers.unspend(spending)).toMatchObject({ covered: fromUnits(0n) });
  expect(desk.tryReserve(entry, 5n)).toBe(false);
  await desk.reserve(entry, 5n);
  expect(row.amount).toBeGreaterThanOrEqual(5n);
});
