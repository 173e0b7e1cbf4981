import { setTimeout as delay } from 'node:timers/promises';
import type { CallBooks } from '@aigc/core/calls/call-books';
import { createDatabaseBooks } from '@aigc/core/calls/database-books';
import { INSTANCE_LOCK_KEY, recoverDeadCalls } from '@aigc/core/calls/recover-calls';
import { listen } from '@aigc/db/listen';
import { newId } from '@aigc/shared/ids';
import { fromUnits, toUnits } from '@aigc/shared/money-units';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callOf, endOf, need, openBooksWorld, type BooksWorld, type Payer } from './support/books-world.ts';

let world: BooksWorld;
let payer: Payer;
const opened: CallBooks[] = [];
beforeEach(async () => {
  world = await openBooksWorld();
  payer = await world.addPayer('10');
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((books) => books.close()));
  await world.close();
});

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function open(
  options: { instanceId?: string; home?: string } = {},
): Promise<{ books: CallBooks; instanceId: string }> {
  const { instanceId = newId('ins'), home = 'machine:/data' } = options;
  const { connectionString } = world;
  const books = await createDatabaseBooks({ connectionString, instanceId, home, log: quiet });
  opened.push(books);
  return { books, instanceId };
}

const recover = (options: { home?: string; ended?: string[] } = {}) =>
  recoverDeadCalls({ connectionString: world.connectionString, ownInstanceId: 'ins_new', ...options });

test('a call is held while it runs and settled with its end', async () => {
  const { books } = await open();
  const call = callOf(payer);
  expect(await books.begin(call, need(payer, '4'))).toEqual({ begun: true });
  expect(await world.account(payer)).toMatchObject({ balance: '10.0000000000', held: '4.0000000000' });
  await books.settle(endOf(call, '2.5000000000'));
  expect(await world.account(payer)).toMatchObject({ balance: '7.5000000000', held: '0.0000000000' });
  await world.expectBooksRight();
});

test('two hundred parallel calls of one unit each on a balance of ten, in two processes: exactly ten begin', async () => {
  const both = [await open(), await open()];
  const calls = Array.from({ length: 200 }, (_, index) => ({
    books: both[index % 2]?.books,
    call: callOf(payer),
  }));
  const begun = await Promise.all(calls.map(async ({ books, call }) => books?.begin(call, need(payer, '1'))));
  const running = calls.filter((_, index) => begun[index]?.begun === true);
  expect(running).toHaveLength(10);
  expect(begun.find((result) => result?.begun === false)).toEqual({
    begun: false,
    lacking: 'balance',
    available: 0n,
  });
  await Promise.all(running.map(async ({ books, call }) => books?.settle(endOf(call, '1.0000000000'))));
  expect(await world.account(payer)).toMatchObject({ balance: '0.0000000000', held: '0.0000000000' });
  await world.expectBooksRight();
});

test('a settlement counts once, however often it is made', async () => {
  const { books } = await open();
  const call = callOf(payer);
  await books.begin(call, need(payer, '2'));
  await Promise.all(Array.from({ length: 5 }, () => books.settle(endOf(call, '1.0000000000'))));
  expect(await world.account(payer)).toMatchObject({ balance: '9.0000000000', held: '0.0000000000' });
  await world.expectBooksRight();
});

test('the budget of a key bounds its calls, and gives back what they do not spend', async () => {
  const { books } = await open();
  const budget = { keyId: payer.keyId, limit: toUnits('3'), period: 'day' } as const;
  const [first, second] = [callOf(payer), callOf(payer)];
  expect(await books.begin(first, need(payer, '2', budget))).toEqual({ begun: true });
  expect(await books.begin(second, need(payer, '2', budget))).toEqual({
    begun: false,
    lacking: 'budget',
    available: toUnits('1'),
  });
  expect(await world.account(payer)).toMatchObject({ held: '2.0000000000' });
  await books.settle(endOf(first, '1.0000000000'));
  expect(await books.begin(second, need(payer, '2', budget))).toEqual({ begun: true });
  await books.settle(endOf(second, '2.0000000000'));
  expect(await world.query('select spent::text, leased::text from aigcspace.key_budgets')).toEqual([
    { spent: '3.0000000000', leased: '0.0000000000' },
  ]);
});

test('a settlement that cannot be entered is set aside and holds no money; those beside it are entered', async () => {
  const { books } = await open();
  const calls = [callOf(payer), callOf(payer), callOf(payer)];
  for (const call of calls) await books.begin(call, need(payer, '2'));
  const ends = calls.map((call) => endOf(call, '1.0000000000'));
  const [, wrong] = ends;
  if (wrong !== undefined) wrong.outcome = { ...wrong.outcome, httpStatus: 10 ** 12 };
  await Promise.all(ends.map((end) => books.settle(end)));
  expect(await world.query('select request_id from aigcspace.quarantined_settlements')).toEqual([
    { request_id: wrong?.call.requestId },
  ]);
  expect(await world.account(payer)).toMatchObject({ balance: '8.0000000000', held: '0.0000000000' });
  expect(books.status()).toMatchObject({ quarantined: 1, undrainedCalls: 0 });
});

test('money is exact however bills, holds and cut connections are mixed', async () => {
  const both = [await open(), await open()];
  const scenario = fc.record({
    cuts: fc.array(fc.integer({ min: 0, max: 80 }), { maxLength: 3 }),
    calls: fc.array(
      fc.record({
        process: fc.integer({ min: 0, max: 1 }),
        hold: fc.integer({ min: 0, max: 5 }),
        bill: fc.integer({ min: 0, max: 7 }),
        startsAtMs: fc.integer({ min: 0, max: 60 }),
      }),
      { minLength: 1, maxLength: 30 },
    ),
  });
  const property = fc.asyncProperty(scenario, async ({ cuts, calls }) => {
    const tenant = await world.addPayer('20');
    let billed = 0n;
    const cutting = cuts.map(async (atMs) => {
      await delay(atMs);
      await world.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name in ('aigc-space-begin', 'aigc-space-settle')`,
      );
    });
    const running = calls.map(async ({ process, hold, bill, startsAtMs }) => {
      const books = both[process]?.books;
      await delay(startsAtMs);
      const call = callOf(tenant);
      const result = await Promise.resolve(books?.begin(call, need(tenant, String(hold)))).catch(() => null);
      if (result?.begun !== true) return;
      await books?.settle(endOf(call, fromUnits(toUnits(String(bill)))));
      billed += toUnits(String(bill));
    });
    await Promise.all([...running, ...cutting]);
    // Calls whose begin was answered with a failure hold nothing, even if it was committed.
    await expect.poll(() => world.query('select * from aigcspace.holds'), { timeout: 10_000 }).toEqual([]);
    await world.expectBooksRight();
    const [sum] = await world.query<{ sum: string }>(
      'select coalesce(sum(bill), 0)::numeric(24,10)::text as sum from aigcspace.api_call_log where user_id = ?',
      [tenant.userId],
    );
    expect(sum?.sum).toBe(fromUnits(billed));
  });
  await fc.assert(property, { numRuns: 10, endOnFailure: true });
}, 60_000);

test('the calls of a process that died become failed calls with bill 0, and their money is free again', async () => {
  const home = 'machine:/data/of-this-test';
  const { books } = await open({ home });
  const budget = { keyId: payer.keyId, limit: toUnits('5'), period: 'total' } as const;
  const call = callOf(payer);
  await books.begin(call, need(payer, '3', budget));
  // Elsewhere it may only have lost its connection; the owner of its data directory knows that it is gone.
  expect(await recover()).toBe(0);
  expect(await recover({ home })).toBe(1);
  expect(await world.query('select request_id, error_code, bill::text from aigcspace.api_call_log')).toEqual([
    { request_id: call.requestId, error_code: 'interrupted', bill: '0.0000000000' },
  ]);
  expect(await world.account(payer)).toEqual({
    balance: '10.0000000000',
    held: '0.0000000000',
    leased: '0.0000000000',
  });
  expect(await world.query('select leased::text from aigcspace.key_budgets')).toEqual([
    { leased: '0.0000000000' },
  ]);
  expect(await recover({ home })).toBe(0);
  await world.expectBooksRight();
});

test('a process that is silent for long, or is known to have ended, is dead; one that holds its lock never', async () => {
  const { books, instanceId } = await open();
  await books.begin(callOf(payer), need(payer, '1'));
  const hub = await listen({
    connectionString: world.connectionString,
    lock: {
      text: `select pg_try_advisory_lock(${INSTANCE_LOCK_KEY.replace('?', '$1')}) as locked`,
      values: [instanceId],
    },
  });
  const silent = "update aigcspace.instances set seen_at = now() - interval '1 hour'";
  await world.query(silent);
  expect(await recover({ ended: [instanceId], home: 'machine:/data' })).toBe(0);
  await hub.close();
  await expect.poll(() => recover({ ended: [instanceId] }), { timeout: 5_000 }).toBe(1);
  await books.begin(callOf(payer), need(payer, '1'));
  await world.query(silent);
  expect(await recover()).toBe(1);
});

test('the end of a call waits for a key that is being deleted, and logs the call without it', async () => {
  const { books } = await open();
  const call = callOf(payer);
  await books.begin(call, need(payer, '1'));
  let settled: Promise<void> | undefined;
  await world.orm.em.fork().transactional(async (tx) => {
    await tx.execute('delete from aigcspace.platform_api_key where id = ?', [payer.keyId]);
    settled = books.settle(endOf(call, '1.0000000000'));
    settled.catch(() => undefined);
    await expect
      .poll(() => world.query("select 1 from pg_stat_activity where wait_event_type = 'Lock'"))
      .not.toEqual([]);
  });
  await settled;
  expect(await world.query('select request_id, api_key_id from aigcspace.api_call_log')).toEqual([
    { request_id: call.requestId, api_key_id: null },
  ]);
});
