import { setTimeout as delay } from 'node:timers/promises';
import { balanceOf } from '@aigc/core/billing/get-balance';
import type { KeyBudget } from '@aigc/core/calls/call-books';
import { toUnits } from '@aigc/shared/money-units';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { callOf, endOf, need, openBooksWorld, type BooksWorld } from './support/books-world.ts';

let world: BooksWorld;
beforeEach(async () => {
  world = await openBooksWorld();
});
afterEach(() => world.close());

test('nobody is refused while money lies idle in another process: it is recalled', async () => {
  const payer = await world.addPayer('10');
  const [first, second] = [await world.open(), await world.open()];
  const held = callOf(payer);
  expect(await first.books.begin(held, need(payer, '6'))).toEqual({ begun: true });
  await first.books.settle(endOf(held, '1.0000000000'));
  // Five of six lie idle in the first process; nine are left in all.
  expect(await second.books.begin(callOf(payer), need(payer, '9'))).toEqual({ begun: true });
  expect(await first.books.begin(callOf(payer), need(payer, '0.5'))).toEqual({
    begun: false,
    lacking: 'balance',
    available: 0n,
  });
});

test('what running calls of another process have reserved is not recalled', async () => {
  const payer = await world.addPayer('10');
  const [first, second] = [await world.open(), await world.open()];
  const running = callOf(payer);
  await first.books.begin(running, need(payer, '6'));
  expect(await second.books.begin(callOf(payer), need(payer, '5'))).toEqual({
    begun: false,
    lacking: 'balance',
    available: toUnits('4'),
  });
  await first.books.settle(endOf(running, '6.0000000000'));
  expect(await second.books.begin(callOf(payer), need(payer, '4'))).toEqual({ begun: true });
  await first.books.flush(5000);
  await world.expectBooksRight();
});

test('a lease that no call uses is given back after some seconds, and the rest while calls run', async () => {
  const payer = await world.addPayer('1000');
  const { books } = await world.open();
  const [short, long] = [callOf(payer), callOf(payer)];
  await books.begin(short, need(payer, '1'));
  await books.begin(long, need(payer, '1'));
  await books.settle(endOf(short, '1.0000000000'));
  expect(Number((await world.account(payer)).leased)).toBeGreaterThan(10);
  await expect
    .poll(() => world.account(payer), { timeout: 10_000 })
    .toMatchObject({ balance: '999.0000000000', leased: '1.0000000000' });
  await books.settle(endOf(long, '0.5000000000'));
  await expect
    .poll(() => world.account(payer), { timeout: 10_000 })
    .toMatchObject({ balance: '998.5000000000', leased: '0.0000000000' });
  expect(books.status()).toMatchObject({ leases: 0, idleLeased: '0.0000000000' });
  await world.expectBooksRight();
});

test('a hot account asks for few leases', async () => {
  const payer = await world.addPayer('100000');
  const { books } = await world.open();
  let asked = 0;
  for (let count = 0; count < 500; count += 1) {
    const call = callOf(payer);
    const begun = books.begin(call, need(payer, '1'));
    if (begun instanceof Promise) asked += 1;
    expect(await begun).toEqual({ begun: true });
    await books.settle(endOf(call, '0.5000000000'));
  }
  expect(asked).toBeLessThan(10);
});

const budgetOf = (keyId: number, limit: string): KeyBudget => ({
  keyId,
  limit: toUnits(limit),
  period: 'month',
});

test('the budget of a key bounds what its calls cost in all processes together, whatever the balance', async () => {
  const payer = await world.addPayer('1000');
  const [first, second] = [await world.open(), await world.open()];
  const budget = budgetOf(payer.keyId, '10');
  const results = await Promise.all(
    Array.from({ length: 60 }, async (_, index) => {
      const { books } = index % 2 === 0 ? first : second;
      const call = callOf(payer);
      return { books, call, ...(await books.begin(call, need(payer, '1', budget))) };
    }),
  );
  const begun = results.filter((result) => result.begun);
  expect(begun).toHaveLength(10);
  expect(results.find((result) => !result.begun)).toMatchObject({ lacking: 'budget', available: 0n });
  await Promise.all(begun.map(({ books, call }) => books.settle(endOf(call, '0.5000000000'))));
  // Half of what was reserved was spent, so five more fit.
  const more = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const { books } = index % 2 === 0 ? first : second;
      return books.begin(callOf(payer), need(payer, '1', budget));
    }),
  );
  expect(more.filter((result) => result.begun)).toHaveLength(5);
  await Promise.all([first.books.flush(5000), second.books.flush(5000)]);
  expect(await world.query('select spent::text from aigcspace.key_budgets')).toEqual([
    { spent: '5.0000000000' },
  ]);
  await world.expectBooksRight();
});

test('a budget that is set on a used key counts what the period has seen, and one that is raised counts at once', async () => {
  const payer = await world.addPayer('1000');
  const { books } = await world.open();
  const before = callOf(payer);
  await books.begin(before, need(payer, '8'));
  await books.settle(endOf(before, '8.0000000000'));
  await books.flush(5000);
  expect(await books.begin(callOf(payer), need(payer, '3', budgetOf(payer.keyId, '10')))).toEqual({
    begun: false,
    lacking: 'budget',
    available: toUnits('2'),
  });
  expect(await books.begin(callOf(payer), need(payer, '3', budgetOf(payer.keyId, '20')))).toEqual({
    begun: true,
  });
  // Lowered: what was lent under the higher limit is of no use.
  expect(await books.begin(callOf(payer), need(payer, '1', budgetOf(payer.keyId, '11')))).toMatchObject({
    begun: false,
    lacking: 'budget',
  });
});

test('a budget begins anew with its period, and a call that runs over the end counts where it began', async () => {
  const noon = new Date().setUTCHours(12, 0, 0, 0);
  vi.useFakeTimers({ toFake: ['Date'], now: noon });
  try {
    const payer = await world.addPayer('1000');
    const { books } = await world.open();
    const budget: KeyBudget = { ...budgetOf(payer.keyId, '2'), period: 'day' };
    const begin = async () => {
      const call = callOf(payer);
      return { call, ...(await books.begin(call, need(payer, '1', budget))) };
    };
    const [first, overnight] = [await begin(), await begin()];
    await books.settle(endOf(first.call, '1.0000000000'));
    expect(await begin()).toMatchObject({ begun: false, lacking: 'budget', available: 0n });
    vi.setSystemTime(noon + 86_400_000);
    const next = await begin();
    expect(next.begun).toBe(true);
    await books.settle(endOf(overnight.call, '1.0000000000'));
    await books.settle(endOf(next.call, '0.5000000000'));
    expect(await books.flush(5000)).toBe(true);
    const spent = await world.query<{ spent: string }>(
      'select spent::text from aigcspace.key_budgets where key_id = ? order by period_start',
      [payer.keyId],
    );
    expect(spent).toEqual([{ spent: '2.0000000000' }, { spent: '0.5000000000' }]);
    await world.expectBooksRight();
  } finally {
    vi.useRealTimers();
  }
});

test('a key that lacks budget keeps no money of its account reserved', async () => {
  const payer = await world.addPayer('10');
  const { books } = await world.open();
  for (let count = 0; count < 5; count += 1) {
    expect(await books.begin(callOf(payer), need(payer, '9', budgetOf(payer.keyId, '1')))).toMatchObject({
      begun: false,
      lacking: 'budget',
    });
  }
  expect(await books.begin(callOf(payer), need(payer, '10'))).toEqual({ begun: true });
});

test('a local call and a call of price zero need no money', async () => {
  const payer = await world.addPayer('0');
  const { books } = await world.open();
  const local = callOf(payer, { isLocal: true, price: null });
  expect(await books.begin(local, { accountId: null, amount: 0n, budget: null })).toEqual({ begun: true });
  const gratis = callOf(payer, { price: { inputPrice: '0', outputPrice: '0' } });
  expect(await books.begin(gratis, need(payer, '0'))).toEqual({ begun: true });
  await books.settle(endOf(local, '0.0000000000'));
  await books.settle(endOf(gratis, '0.0000000000'));
  await books.flush(5000);
  expect(
    await world.query('select is_local, bill::text from aigcspace.api_call_log order by is_local'),
  ).toEqual([
    { is_local: false, bill: '0.0000000000' },
    { is_local: true, bill: '0.0000000000' },
  ]);
  expect(await world.query('select * from aigcspace.ledger_entries')).toEqual([]);
});

test('a lease whose answer was lost is neither spent twice nor lost', async () => {
  const payer = await world.addPayer('100');
  const { books } = await world.open();
  await world.query('begin; select 1; commit');
  for (let round = 0; round < 8; round += 1) {
    const cutting = delay(round).then(() =>
      world.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'aigc-space-leases'",
      ),
    );
    const call = callOf(payer);
    const result = await Promise.resolve(books.begin(call, need(payer, String(1 + round)))).catch(() => null);
    await cutting;
    if (result?.begun === true) await books.settle(endOf(call, '1.0000000000'));
  }
  expect(await books.flush(5000)).toBe(true);
  await world.expectBooksRight();
  await expect
    .poll(() => world.account(payer), { timeout: 10_000 })
    .toMatchObject({ leased: '0.0000000000' });
});

test('a balance tells what running calls hold, not what is lent to the process that runs them', async () => {
  const payer = await world.addPayer('100');
  const { books } = await world.open();
  const read = () =>
    balanceOf({ em: world.orm.em.fork() }, payer.organisationId, async (id) =>
      toUnits(books.runningHolds().get(id) ?? '0'),
    );
  const call = callOf(payer);
  await books.begin(call, need(payer, '0.5'));
  expect(Number((await world.account(payer)).leased)).toBeGreaterThan(0.5);
  expect(await read()).toMatchObject({ balance: '100', held: '0.5', available: '99.5' });
  await books.settle(endOf(call, '0.2000000000'));
  expect(await books.flush(5_000)).toBe(true);
  expect(await read()).toMatchObject({ balance: '99.8', held: '0', available: '99.8' });
});
