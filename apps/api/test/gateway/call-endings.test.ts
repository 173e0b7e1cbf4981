import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openOrm } from '@aigc/db/orm';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { startScriptedUpstream } from '../support/scripted-upstream/scripted-upstream.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { startTestServer } from '../support/test-server.ts';

let world: GatewayWorld;
beforeAll(async () => {
  world = await startGatewayWorld();
  await world.topUp('100');
});
afterEach(() => world.upstream.reset());
afterAll(() => world.close());

const messages = [{ role: 'user' as const, content: 'Hello' }];
const streaming = { model: 'cloud', messages, stream: true };
const OPEN_STREAM = { kind: 'raw', contentType: 'text/event-stream', staysOpen: true } as const;

describe('a stream', () => {
  test('whose upstream takes longer to answer than the first keep-alive comes through', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      world.upstream.next({ text: 'at last', delayMs: 300 });
      const answered = world.raw('/v1/chat/completions', streaming);
      await world.upstream.waitFor({ requests: 1 });
      vi.advanceTimersByTime(15_000);
      const text = await (await answered).text();
      expect(text).toMatch(/^: keep-alive\n\n/);
      expect(text).toMatch(/data: \[DONE\]\n\n$/);
      expect(await world.lastCall()).toMatchObject({ status: 'success' });
    } finally {
      vi.useRealTimers();
    }
  });

  test.each([
    ['a chunk that is not JSON', 'data: {"choices"\n\n'],
    ['an error', 'data: {"error":{"message":"out of memory"}}\n\n'],
    ['invalid framing', `data: ${'x'.repeat(9 * 1024 * 1024)}`],
  ])('that fails by %s closes the connection to its upstream', async (_name, body) => {
    world.upstream.next({ fault: { ...OPEN_STREAM, body } });
    const answer = await world.raw('/v1/chat/completions', streaming);
    await answer.text();
    await world.upstream.waitFor({ aborted: 1 });
  });

  test('with an error beside its choices fails, and never repeats a credential', async () => {
    const chunk = {
      choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
      error: { message: 'bad key sk-upstream-cloud-1', code: 502 },
    };
    world.upstream.next({ fault: { ...OPEN_STREAM, body: `data: ${JSON.stringify(chunk)}\n\n` } });
    const text = await (await world.raw('/v1/chat/completions', streaming)).text();
    expect(text).toContain('bad key [removed]');
    expect(await world.lastCall()).toMatchObject({ status: 'failed', error_code: 'upstream_bad_response' });
  });
});

describe('a whole answer', () => {
  test('that is not UTF-8 is refused', async () => {
    world.upstream.next({ fault: { kind: 'invalid_utf8' } });
    const answer = await world.post('/v1/chat/completions', { model: 'cloud', messages });
    expect(answer).toMatchObject({ status: 502, json: { error: { code: 'upstream_bad_response' } } });
  });

  test('that is an error in spite of its status never repeats a credential', async () => {
    const body = JSON.stringify({ error: { message: 'bad key sk-upstream-cloud-1' } });
    world.upstream.next({ fault: { kind: 'raw', contentType: 'application/json', body } });
    const answer = await world.post('/v1/chat/completions', { model: 'cloud', messages });
    expect(answer.json.error?.message).toMatch(/bad key \[removed\]/);
  });

  test('with absurd token counts is settled all the same', async () => {
    world.upstream.next({ text: 'four', usage: { promptTokens: 10, completionTokens: 9_000_000_000 } });
    const answer = await world.post('/v1/chat/completions', { model: 'cloud', messages });
    expect(answer.status).toBe(200);
    expect(await world.lastCall()).toMatchObject({ status: 'success', estimated: true });
    expect(await world.balance()).toMatchObject({ held: '0.0000000000' });
  });
});

test('of two output limits the hold covers the larger, because the upstream may follow either', async () => {
  const poor = await world.createUser();
  await world.topUp('0.1', poor.userId);
  const body = { model: 'long', messages, max_tokens: 1, max_completion_tokens: 100_000 };
  await world.addCloudModel({ title: 'long', maxOutputTokens: 100_000 });
  const answer = await world.post('/v1/chat/completions', body, { authorization: `Bearer ${poor.key}` });
  expect(answer).toMatchObject({ status: 402, json: { error: { code: 'insufficient_quota' } } });
});

test('of an answer asked for several times the hold covers every one', async () => {
  const poor = await world.createUser();
  // A thousand tokens of output cost 0.0096.
  await world.topUp('0.03', poor.userId);
  const ask = (n: number) =>
    world.post(
      '/v1/chat/completions',
      { model: 'cloud', messages, max_tokens: 1000, n },
      { authorization: `Bearer ${poor.key}` },
    );
  expect(await ask(4)).toMatchObject({ status: 402, json: { error: { code: 'insufficient_quota' } } });
  expect((await ask(2)).status).toBe(200);
});

test('a body without a length that grows above the limit is answered with 413', async () => {
  const req = request(`${world.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.key}`, 'content-type': 'application/json' },
  });
  req.on('error', () => undefined);
  const answered = once(req, 'response') as Promise<[IncomingMessage]>;
  const piece = Buffer.alloc(1024 * 1024, ' ');
  for (let sent = 0; sent < 33; sent += 1) req.write(piece);
  const [answer] = await answered;
  expect(answer.statusCode).toBe(413);
  req.destroy();
});

/** The database takes no writes, as a standby after a failover does. */
async function setReadOnly({ em, query }: GatewayWorld, isReadOnly: boolean): Promise<void> {
  const [row] = await query<{ name: string }>('select current_database() as name');
  const value = isReadOnly ? 'on' : 'off';
  await em().transactional(async (tx) => {
    await tx.execute('set transaction read write');
    await tx.execute(`alter database ${row?.name ?? ''} set default_transaction_read_only = ${value}`);
  });
  const end = `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and application_name <> 'aigc-space-listen'`;
  await query(end);
  // The connection that asked is one of the pool, too.
  await query('select pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
}

describe('with SETTLE=database, a settlement that the database refuses for too long', () => {
  let settling: GatewayWorld;
  beforeAll(async () => {
    settling = await startGatewayWorld({ env: { SETTLE: 'database' } });
    await settling.topUp('100');
  });
  afterAll(() => settling.close());

  test.each([
    ['before anything was sent costs nothing', false, 0],
    ['after a stream was sent is billed for what was delivered', true, 1],
  ])('%s, and is logged as the failure that the client saw', async (_name, stream, isBilled) => {
    settling.upstream.reset();
    settling.upstream.next({ text: 'some words', delayMs: 700 });
    const answered = settling.raw('/v1/chat/completions', { ...streaming, stream });
    await settling.upstream.waitFor({ requests: 1 });
    await setReadOnly(settling, true);
    const text = await (await answered).text();
    await setReadOnly(settling, false);
    expect(text).toContain('service_unavailable');
    expect(text).not.toContain('[DONE]');
    await expect
      .poll(() => settling.query('select 1 from aigcspace.holds').catch(() => null), { timeout: 5000 })
      .toEqual([]);
    const call = await settling.lastCall();
    expect(call).toMatchObject({ status: 'failed', error_code: 'service_unavailable', is_stream: stream });
    expect(Number(call?.bill) > 0).toBe(isBilled === 1);
  });

  test('leaves books that are right', () => settling.expectBooksRight());
});

test.each([false, true])(
  'calls end and are billed although the database takes no writes for a while (stream: %s)',
  async (stream) => {
    world.upstream.next({ text: 'some words', delayMs: 300 });
    const answered = world.raw('/v1/chat/completions', { ...streaming, stream });
    await world.upstream.waitFor({ requests: 1 });
    await setReadOnly(world, true);
    const text = await (await answered).text();
    const during = await world.raw('/v1/chat/completions', { ...streaming, stream });
    expect(during.status).toBe(200);
    await during.text();
    await setReadOnly(world, false);
    expect(text.includes('[DONE]')).toBe(stream);
    expect(text).not.toContain('error');
    expect(await world.lastCall()).toMatchObject({ status: 'success', is_stream: stream });
  },
);

test('calls are answered although every connection of the pool is taken, with a key that is new as well', async () => {
  const fresh = await world.createUser();
  await world.topUp('1', fresh.userId);
  const release = Promise.withResolvers<void>();
  let taken = 0;
  let given = 0;
  // More than there are: those behind wait for a free one.
  const holders = Array.from({ length: 12 }, async () => {
    await world.em().transactional(async (tx) => {
      await tx.execute('select 1');
      taken += 1;
      await release.promise;
    });
    given += 1;
  });
  await expect.poll(() => taken).toBe(10);
  try {
    for (const key of [world.key, fresh.key]) {
      const authorization = `Bearer ${key}`;
      const answer = await world.post(
        '/v1/chat/completions',
        { model: 'cloud', messages },
        { authorization },
      );
      expect(answer.status).toBe(200);
    }
    expect({ taken, given }).toEqual({ taken: 10, given: 0 });
  } finally {
    release.resolve();
    await Promise.all(holders);
  }
  expect(await world.lastCall(fresh.userId)).toMatchObject({ status: 'success' });
});

test('after all of this, the books are right', () => world.expectBooksRight());

test('a server that is stopped at once settles the calls that it cuts off', async () => {
  const database = await createTestDatabase();
  const { connectionString } = database;
  const server = await startTestServer({ connectionString });
  const upstream = await startScriptedUpstream();
  const headers = { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/json' };
  await server.admin.client.localModels.create.mutate({ name: 'own', base_url: upstream.baseUrl });
  // More than the database has connections for: their settlements queue.
  upstream.script('own', { text: 'word ', fault: { kind: 'endless', everyMs: 50 } });
  const body = JSON.stringify({ ...streaming, model: 'own' });
  const call = async () => {
    const answer = await fetch(`${server.origin}/v1/chat/completions`, { method: 'POST', headers, body });
    await answer.body?.getReader().read();
  };
  await Promise.all(Array.from({ length: 30 }, call));
  await server.close();
  const orm = await openOrm({ connectionString, poolSize: 1 });
  const em = orm.em.fork();
  expect(await em.execute('select 1 from aigcspace.holds')).toEqual([]);
  expect(
    await em.execute('select error_code, count(*)::int from aigcspace.api_call_log group by error_code'),
  ).toEqual([{ error_code: 'client_closed', count: 30 }]);
  await orm.close(true);
  await upstream.close();
  await database.drop();
});
