import { setTimeout as delay } from 'node:timers/promises';
import { diskFiles, type JournalFiles } from '@aigc/core/journal/journal-files';
import { readJournal } from '@aigc/core/journal/read-journal';
import { AppError } from '@aigc/shared/errors';
import { fromUnits, toUnits } from '@aigc/shared/money-units';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callOf, endOf, need, openBooksWorld, type BooksWorld } from './support/books-world.ts';

let world: BooksWorld;
beforeEach(async () => {
  world = await openBooksWorld();
});
afterEach(() => world.close());

/** Cuts the books' connections, whatever they are doing. */
const cutConnections = () =>
  world.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name in ('aigc-space-drain', 'aigc-space-leases')`,
  );

test('money is exact however bills, holds, processes and cut connections are mixed', async () => {
  const scenario = fc.record({
    balance: fc.integer({ min: 0, max: 60 }),
    cuts: fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 4 }),
    calls: fc.array(
      fc.record({
        process: fc.integer({ min: 0, max: 1 }),
        payer: fc.integer({ min: 0, max: 1 }),
        hold: fc.integer({ min: 0, max: 8 }),
        bill: fc.integer({ min: 0, max: 12 }),
        startsAtMs: fc.integer({ min: 0, max: 100 }),
        lastsMs: fc.integer({ min: 0, max: 60 }),
      }),
      { minLength: 1, maxLength: 60 },
    ),
  });
  const books = [await world.open(), await world.open()];
  const property = fc.asyncProperty(scenario, async ({ balance, cuts, calls }) => {
    const payers = [await world.addPayer(String(balance)), await world.addPayer(String(balance))];
    let billed = 0n;
    const cutting = cuts.map(async (atMs) => {
      await delay(atMs);
      await cutConnections();
    });
    const running = calls.map(async ({ process, payer: index, hold, bill, startsAtMs, lastsMs }) => {
      const payer = payers[index];
      const own = books[process]?.books;
      if (payer === undefined || own === undefined) throw new Error('no payer');
      await delay(startsAtMs);
      const call = callOf(payer);
      try {
        const { begun } = await own.begin(call, need(payer, String(hold)));
        if (!begun) return;
      } catch (error) {
        expect(error).toMatchObject({ code: 'service_unavailable' });
        return;
      }
      await delay(lastsMs);
      await own.settle(endOf(call, fromUnits(toUnits(String(bill)))));
      billed += toUnits(String(bill));
    });
    await Promise.all([...running, ...cutting]);
    for (const { books: each } of books) expect(await each.flush(10_000)).toBe(true);
    await world.expectBooksRight();
    const [sum] = await world.query<{ sum: string }>(
      'select coalesce(sum(bill), 0)::numeric(24,10)::text as sum from aigcspace.api_call_log where user_id = any(?)',
      [`{${payers.map(({ userId }) => userId).join(',')}}`],
    );
    expect(sum?.sum).toBe(fromUnits(billed));
  });
  await fc.assert(property, { numRuns: 12, endOnFailure: true });
  for (const { books: each, fatal } of books) {
    await each.close();
    expect(fatal).toEqual([]);
  }
  const lent = await world.query('select * from aigcspace.accounts where leased <> 0 or held <> 0');
  expect(lent).toEqual([]);
}, 60_000);

test('while the database is away calls go on as far as memory covers them, then 503, and all is entered later', async () => {
  const payer = await world.addPayer('1000');
  const { books } = await world.open();
  const first = callOf(payer);
  await books.begin(first, need(payer, '1'));
  await books.settle(endOf(first, '1.0000000000'));
  await world.setDatabaseOpen(false);
  await cutConnections();
  let answered = 1;
  let refusal: unknown;
  while (refusal === undefined && answered < 1000) {
    const call = callOf(payer);
    try {
      await books.begin(call, need(payer, '1'));
      await books.settle(endOf(call, '1.0000000000'));
      answered += 1;
    } catch (error) {
      refusal = error;
    }
  }
  expect(answered).toBeGreaterThan(50);
  expect(refusal).toBeInstanceOf(AppError);
  expect(refusal).toMatchObject({ code: 'service_unavailable', options: { retryAfterSeconds: 1 } });
  expect(books.status().undrainedCalls).toBeGreaterThan(0);
  await world.setDatabaseOpen(true);
  expect(await books.flush(10_000)).toBe(true);
  expect((await world.query('select 1 from aigcspace.api_call_log')).length).toBe(answered);
  await world.expectBooksRight();
  const again = callOf(payer);
  expect(await books.begin(again, need(payer, '1'))).toEqual({ begun: true });
  await books.settle(endOf(again, '1.0000000000'));
});

/** A disk that is full whenever the test says so. */
function fillableDisk(): { files: JournalFiles; setFull: (isFull: boolean) => void } {
  let isFull = false;
  return {
    setFull: (full) => {
      isFull = full;
    },
    files: {
      ...diskFiles,
      write(fd, bytes, position) {
        if (isFull) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        diskFiles.write(fd, bytes, position);
      },
    },
  };
}

test('a settlement that the disk does not take is committed to the database, once', async () => {
  const payer = await world.addPayer('10');
  const { files, setFull } = fillableDisk();
  const { books, journal } = await world.open({ files });
  const call = callOf(payer);
  await books.begin(call, need(payer, '1'));
  setFull(true);
  await books.settle(endOf(call, '0.5000000000'));
  expect(await world.query('select status, bill::text from aigcspace.api_call_log')).toEqual([
    { status: 'success', bill: '0.5000000000' },
  ]);
  setFull(false);
  const next = callOf(payer);
  await books.begin(next, need(payer, '1'));
  await books.settle(endOf(next, '0.2500000000'));
  expect(await books.flush(5000)).toBe(true);
  // What the journal notes afterwards says that the call is over, and must not be counted as spent again.
  for await (const records of readJournal(journal.directory)) {
    for (const { record } of records) {
      if (record.kind !== 'settlement' || record.settlement.call.requestId !== call.requestId) continue;
      expect(record.settlement.spending).toBeUndefined();
    }
  }
  expect(await world.account(payer)).toMatchObject({ balance: '9.2500000000' });
  await world.expectBooksRight();
  await books.close();
  expect(await world.account(payer)).toMatchObject({ leased: '0.0000000000' });
});

test('when neither disk nor database takes a settlement its client is refused, and the call fails for free, once', async () => {
  const payer = await world.addPayer('10');
  const { files, setFull } = fillableDisk();
  const { books } = await world.open({ files });
  const [unary, stream] = [callOf(payer), callOf(payer, { isStream: true })];
  for (const call of [unary, stream]) await books.begin(call, need(payer, '1'));
  setFull(true);
  await world.setDatabaseOpen(false);
  await cutConnections();
  await expect(books.settle(endOf(unary, '0.5000000000'))).rejects.toMatchObject({
    code: 'service_unavailable',
  });
  const streamed = endOf(stream, '0.2500000000');
  const delivered = { ...streamed, outcome: { ...streamed.outcome, ttftMs: 5 } };
  await expect(books.settle(delivered)).rejects.toMatchObject({ code: 'service_unavailable' });
  await world.setDatabaseOpen(true);
  setFull(false);
  expect(await books.flush(10_000)).toBe(true);
  expect(
    await world.query(
      'select is_stream, status, error_code, bill::text from aigcspace.api_call_log order by is_stream',
    ),
  ).toEqual([
    { is_stream: false, status: 'failed', error_code: 'service_unavailable', bill: '0.0000000000' },
    { is_stream: true, status: 'failed', error_code: 'service_unavailable', bill: '0.2500000000' },
  ]);
  await world.expectBooksRight();
  await books.close();
  expect(await world.account(payer)).toEqual({
    balance: '9.7500000000',
    held: '0.0000000000',
    leased: '0.0000000000',
  });
});

test('refusals that are noted while the database is away take no room from the calls that run', async () => {
  const payer = await world.addPayer('10');
  const { books } = await world.open({ segmentBytes: 64 * 1024, maxBytes: 2 * 64 * 1024 });
  const call = callOf(payer);
  await books.begin(call, need(payer, '1'));
  await world.setDatabaseOpen(false);
  await cutConnections();
  for (let round = 0; round < 10; round += 1) {
    for (let refused = 0; refused < 50; refused += 1) {
      const { call: other, outcome } = endOf(callOf(payer), '0.0000000000');
      books.refuse(other, { ...outcome, status: 'failed', httpStatus: 429 });
    }
    await delay(40);
  }
  await books.settle(endOf(call, '1.0000000000'));
  await world.setDatabaseOpen(true);
  expect(await books.flush(10_000)).toBe(true);
  expect(await world.query("select bill::text from aigcspace.api_call_log where status = 'success'")).toEqual(
    [{ bill: '1.0000000000' }],
  );
  await world.expectBooksRight();
});
