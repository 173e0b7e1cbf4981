import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Journal } from '@aigc/core/journal/journal';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callOf, endOf, need, openBooksWorld, type BooksWorld, type Payer } from './support/books-world.ts';

let world: BooksWorld;
let payer: Payer;
beforeEach(async () => {
  world = await openBooksWorld();
  payer = await world.addPayer('10');
});
afterEach(() => world.close());

/** The journal of a process that died after it was lent five: nothing of it is in the database but the lease. */
async function deadJournal(id: string): Promise<Journal> {
  await world.query('update aigcspace.accounts set leased = leased + 5 where id = ?', [payer.accountId]);
  await world.query('insert into aigcspace.leases (journal_id, account_id, amount) values (?, ?, 5)', [
    id,
    payer.accountId,
  ]);
  return Journal.open({ directory: world.directory, id, onFatal: () => undefined });
}

function settled(bill: string, covered = bill) {
  const end = endOf(callOf(payer), bill);
  return { ...end, spending: { accountId: payer.accountId, covered, budget: null } };
}

const ended = () =>
  world.query<{ error_code: string | null; bill: string }>(
    'select error_code, bill::text from aigcspace.api_call_log order by bill, error_code',
  );

test('a dead process: what it settled is billed, what it ran has failed for free, and its lease is free again', async () => {
  const journal = await deadJournal('ins_dead');
  for (const bill of ['0.1000000000', '0.2000000000', '0.3000000000']) await journal.settle(settled(bill));
  const running = callOf(payer);
  journal.append({ kind: 'begin', call: running });
  const over = callOf(payer);
  journal.append({ kind: 'begin', call: over });
  await journal.settle({ ...settled('0.4000000000'), call: over });
  await journal.close({ isDrained: false });

  expect(await world.recover()).toEqual({ journals: 1, entered: 4, interrupted: 1, quarantined: 0 });
  expect(await ended()).toEqual([
    { error_code: 'interrupted', bill: '0.0000000000' },
    { error_code: null, bill: '0.1000000000' },
    { error_code: null, bill: '0.2000000000' },
    { error_code: null, bill: '0.3000000000' },
    { error_code: null, bill: '0.4000000000' },
  ]);
  expect(await world.account(payer)).toEqual({
    balance: '9.0000000000',
    held: '0.0000000000',
    leased: '0.0000000000',
  });
  await world.expectBooksRight();
  expect(await readdir(world.directory)).toEqual([]);
  expect(await world.recover()).toEqual({ journals: 0, entered: 0, interrupted: 0, quarantined: 0 });
});

test('a journal that is read a second time, because its directory outlived a crash, changes nothing', async () => {
  const { books, id } = await world.open();
  for (const bill of ['0.1000000000', '0.2000000000']) {
    const call = callOf(payer);
    await books.begin(call, need(payer, '1'));
    await books.settle(endOf(call, bill));
  }
  await books.flush(5000);
  await cp(join(world.directory, id), join(world.directory, 'kept'), { recursive: true });
  await books.close();
  const [account, log] = [await world.account(payer), await ended()];
  await cp(join(world.directory, 'kept'), join(world.directory, id), { recursive: true });
  expect(await world.recover()).toMatchObject({ entered: 0, interrupted: 0, quarantined: 0 });
  expect(await world.account(payer)).toEqual(account);
  expect(await ended()).toEqual(log);
  await world.expectBooksRight();
});

test('a settlement that cannot be entered is set aside with its lease, and the others are entered', async () => {
  const journal = await deadJournal('ins_dead');
  await journal.settle(settled('0.1000000000'));
  const wrong = settled('0.2000000000');
  await journal.settle({
    ...wrong,
    call: { ...wrong.call, modelName: 'nul \0 and \ud800 in it' },
    outcome: { ...wrong.outcome, httpStatus: 10 ** 12 },
  });
  await journal.settle(settled('0.3000000000'));
  await journal.close({ isDrained: false });
  expect(await world.recover()).toMatchObject({ entered: 2, quarantined: 1 });
  const [row] = await world.query<{ request_id: string; error: string; record: unknown }>(
    'select request_id, error, record from aigcspace.quarantined_settlements',
  );
  expect(row).toMatchObject({
    request_id: wrong.call.requestId,
    record: { call: { modelName: 'nul  and  in it' } },
  });
  expect(await world.account(payer)).toEqual({
    balance: '9.6000000000',
    held: '0.0000000000',
    leased: '0.0000000000',
  });
  await world.expectBooksRight();
});

test('what was lent but is missing in the row, and a bill above all there is, end in an uncollected entry', async () => {
  const journal = await deadJournal('ins_dead');
  await journal.settle(settled('25.0000000000', '5.0000000000'));
  await journal.close({ isDrained: false });
  await world.recover();
  expect(await world.account(payer)).toMatchObject({ balance: '0.0000000000', leased: '0.0000000000' });
  expect(
    await world.query(
      "select kind, amount::text from aigcspace.ledger_entries where kind <> 'topup' order by id",
    ),
  ).toEqual([
    { kind: 'usage', amount: '-10.0000000000' },
    { kind: 'uncollected', amount: '15.0000000000' },
  ]);
  await world.expectBooksRight();
});
