import { CALLS_CHANNEL, readAnnouncements, type CallAnnouncements } from '@aigc/core/calls/call-announcement';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callOf, endOf, need, openBooksWorld, type BooksWorld } from './support/books-world.ts';

let world: BooksWorld;
beforeEach(async () => {
  world = await openBooksWorld();
});
afterEach(() => world.close());

test('a settled call reaches log, ledger, balance and rollups, and its key is marked as used', async () => {
  const payer = await world.addPayer('10');
  const { books } = await world.open();
  const call = callOf(payer, { modelName: 'tab\tline\nback\\slash "quote" 模型' });
  expect(await books.begin(call, need(payer, '1'))).toEqual({ begun: true });
  await books.settle(endOf(call, '0.2500000000'));
  expect(await books.flush(5000)).toBe(true);
  const [row] = await world.query<Record<string, unknown>>('select * from aigcspace.api_call_log');
  expect(row).toMatchObject({
    request_id: call.requestId,
    model_name: call.modelName,
    bill: '0.2500000000',
    api_key_id: payer.keyId,
    project_id: payer.projectId,
  });
  expect(await world.account(payer)).toMatchObject({ balance: '9.7500000000' });
  const [key] = await world.query<{ last_used_at: Date | null }>(
    'select last_used_at from aigcspace.platform_api_key',
  );
  expect(key?.last_used_at).not.toBeNull();
  await world.expectBooksRight();
  await books.close();
  expect(await world.account(payer)).toEqual({
    balance: '9.7500000000',
    held: '0.0000000000',
    leased: '0.0000000000',
  });
});

test('two hundred parallel calls of one unit each on a balance of ten, in two processes: exactly ten begin', async () => {
  const payer = await world.addPayer('10');
  const [first, second] = [await world.open(), await world.open()];
  const calls = Array.from({ length: 200 }, (_, index) => ({
    books: index % 2 === 0 ? first.books : second.books,
    call: callOf(payer),
  }));
  const begun = await Promise.all(
    calls.map(async (each) => ({ ...each, result: await each.books.begin(each.call, need(payer, '1')) })),
  );
  const running = begun.filter(({ result }) => result.begun);
  expect(running).toHaveLength(10);
  await Promise.all(running.map(({ books, call }) => books.settle(endOf(call, '1.0000000000'))));
  await Promise.all([first.books.flush(5000), second.books.flush(5000)]);
  expect(await world.account(payer)).toMatchObject({ balance: '0.0000000000' });
  await world.expectBooksRight();
});

test('the last use of a busy key is not written with every batch, and is right when the process ends', async () => {
  const payer = await world.addPayer('10');
  const { books } = await world.open();
  const lastUse = async () => {
    const [key] = await world.query<{ at: string }>(
      'select last_used_at::text as at from aigcspace.platform_api_key where id = ?',
      [payer.keyId],
    );
    return new Date(key?.at ?? 0).toISOString();
  };
  const times = ['2026-11-21T10:00:00.000Z', '2026-11-21T10:00:01.000Z', '2026-11-21T10:00:02.000Z'];
  for (const createdAt of times) {
    const call = callOf(payer, { createdAt });
    await books.begin(call, need(payer, '1'));
    await books.settle(endOf(call, '0.1000000000'));
    await books.flush(5000);
    expect(await lastUse()).toBe(times[0]);
  }
  await books.close();
  expect(await lastUse()).toBe(times[2]);
});

test('a settlement that cannot be entered is set aside, counted and told, and the calls after it are entered', async () => {
  const payer = await world.addPayer('10');
  const { id, books, logged } = await world.open();
  const calls = [callOf(payer), callOf(payer), callOf(payer)];
  const claims = async () =>
    (await world.query<{ request_id: string }>('select request_id from aigcspace.idempotency_claims')).map(
      (claim) => claim.request_id,
    );
  for (const call of calls) await books.begin(call, need(payer, '1'));
  const ends = calls.map((call) => endOf(call, '0.5000000000'));
  const [, wrong] = ends;
  if (wrong !== undefined) wrong.outcome = { ...wrong.outcome, latencyMs: 10 ** 12 };
  await Promise.all(ends.map((end) => books.settle(end)));
  expect(await books.flush(5000)).toBe(true);
  expect(books.status()).toMatchObject({ quarantined: 1, undrainedCalls: 0 });
  expect(logged.filter(({ level }) => level === 'error')).toHaveLength(1);
  expect(await world.account(payer)).toMatchObject({ balance: '9.0000000000' });
  await world.expectBooksRight();
  const setAside = calls[1]?.requestId ?? '';
  for (const requestId of [setAside, 'req_never_settled']) {
    await world.query(
      `insert into aigcspace.idempotency_claims (request_id, scope, key_hash, body_hash, instance_id, expires_at)
       values (?, 'key:1', md5(?), '-', ?, now() + interval '1 day')`,
      [requestId, requestId, id],
    );
  }
  await books.close();
  expect(await world.account(payer)).toMatchObject({ leased: '0.0000000000' });
  // It may still be billed, so that a repeat of it must not be.
  expect(await claims()).toEqual([setAside]);
});

test('a batch too large to be announced call by call is announced by where it begins', async () => {
  const payer = await world.addPayer('1000');
  const { books, hub } = await world.open();
  const heard: CallAnnouncements[] = [];
  hub.subscribe(CALLS_CHANNEL, (payload) => {
    const announced = readAnnouncements(payload);
    if (announced !== null) heard.push(announced);
  });
  await hub.untilHeard();
  const calls = Array.from({ length: 300 }, () => callOf(payer));
  for (const call of calls) await books.begin(call, need(payer, '0.1'));
  await Promise.all(calls.map(async (call) => books.settle(endOf(call, '0.1000000000'))));
  expect(await books.flush(5000)).toBe(true);
  const rows = await world.query<{ id: string; created_at: Date }>(
    'select id::text, created_at from aigcspace.api_call_log order by id',
  );
  expect(rows).toHaveLength(300);
  const summaries = () => heard.flatMap((each) => ('from_id' in each ? [each] : []));
  const large = () => summaries().map(({ from_id: id }) => BigInt(id));
  await expect.poll(large, { timeout: 10_000 }).not.toEqual([]);
  const named = new Set(heard.flatMap((each) => ('calls' in each ? each.calls.map(({ id }) => id) : [])));
  const first = large().toSorted((a, b) => Number(a - b))[0] ?? 0n;
  // Whoever reads from there on, and hears the others by name, misses none.
  expect(rows.filter(({ id }) => BigInt(id) < first && !named.has(id))).toEqual([]);
  const [from] = summaries()
    .map((each) => each.from ?? '')
    .toSorted();
  const unnamed = rows
    .filter(({ id }) => !named.has(id))
    .map((row) => new Date(row.created_at).toISOString());
  expect(unnamed.toSorted()[0]).toBe(from);
  await world.expectBooksRight();
});
