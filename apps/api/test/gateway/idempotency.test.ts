import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startGatewayWorld, type GatewayWorld, type JsonAnswer } from '../support/gateway-world.ts';
import { openRawConnection } from '../support/raw-connection.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

let database: TestDatabase;
let world: GatewayWorld;
/** Another process of the installation: it shares nothing but the database. */
let sibling: TestServer;
beforeAll(async () => {
  database = await createTestDatabase();
  const { connectionString } = database;
  world = await startGatewayWorld({ connectionString });
  sibling = await startTestServer({ connectionString });
  await world.topUp('100');
});
afterEach(() => world.upstream.reset());
afterAll(async () => {
  await sibling.close();
  await world.close();
  await database.drop();
});

const messages = [{ role: 'user' as const, content: 'Hello' }];
const body = { model: 'cloud', messages };
const usage = { promptTokens: 10, completionTokens: 20 };
let keys = 0;
const newKey = () => ({ 'idempotency-key': `key ${(keys += 1)}` });
const idOf = ({ json }: JsonAnswer) => json.id;

/** Bills entered since `before` calls were. */
async function callsSince(before: number): Promise<number> {
  return (await world.callCount()) - before;
}

/** The same request to the sibling process. */
async function ask(origin: string, headers: Record<string, string>): Promise<JsonAnswer> {
  const answer = await fetch(`${origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return {
    status: answer.status,
    headers: answer.headers,
    json: (await answer.json()) as JsonAnswer['json'],
  };
}

describe('an Idempotency-Key', () => {
  test('used 50 times in parallel: one upstream call, one charge, identical answers', async () => {
    const before = await world.callCount();
    world.upstream.next({ text: 'once', usage, delayMs: 200 });
    const key = newKey();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => world.post('/v1/chat/completions', body, key)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ json }) => JSON.stringify(json))).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(49);
    expect(world.upstream.requests).toHaveLength(1);
    expect(await callsSince(before)).toBe(1);
  });

  test('used 50 times in parallel over two processes: one upstream call, one charge, identical answers', async () => {
    const before = await world.callCount();
    world.upstream.next({ text: 'once', usage, delayMs: 200 });
    const key = newKey();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => ask(index % 2 === 0 ? world.origin : sibling.origin, key)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ json }) => JSON.stringify(json))).size).toBe(1);
    expect(world.upstream.requests).toHaveLength(1);
    expect(await callsSince(before)).toBe(1);
  });

  test('used again later gets the stored answer, of every process', async () => {
    const key = newKey();
    const first = await world.post('/v1/chat/completions', body, key);
    const second = await world.post('/v1/chat/completions', body, key);
    const elsewhere = await ask(sibling.origin, key);
    expect([idOf(second), idOf(elsewhere)]).toEqual([idOf(first), idOf(first)]);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(world.upstream.requests).toHaveLength(1);
  });

  test('is kept sealed', async () => {
    world.upstream.next({ text: 'a very private answer' });
    await world.post('/v1/chat/completions', body, newKey());
    await world.callCount();
    const rows = await world.query<{ sealed_answer: string | null; row: string }>(
      'select sealed_answer, to_jsonb(c)::text as row from aigcspace.idempotency_claims c',
    );
    expect(rows.some(({ sealed_answer: sealed }) => sealed?.startsWith('v1.'))).toBe(true);
    expect(rows.some(({ row }) => row.includes('private'))).toBe(false);
  });

  test('with another body is refused for good', async () => {
    const key = newKey();
    await world.post('/v1/chat/completions', body, key);
    const other = await world.post('/v1/chat/completions', { ...body, seed: 1 }, key);
    expect(other).toMatchObject({ status: 409, json: { error: { code: 'conflict' } } });
    expect(other.headers.get('x-should-retry')).toBe('false');
  });

  test('belongs to the API key that it came with', async () => {
    const other = await world.createUser();
    await world.topUp('10', other.userId);
    const key = newKey();
    const first = await world.post('/v1/chat/completions', body, key);
    const theirs = await world.post('/v1/chat/completions', body, {
      ...key,
      authorization: `Bearer ${other.key}`,
    });
    expect(theirs.status).toBe(200);
    expect(idOf(theirs)).not.toBe(idOf(first));
  });

  test('is free again after a call that failed, and after one that was refused', async () => {
    const poor = await world.createUser();
    const key = { ...newKey(), authorization: `Bearer ${poor.key}` };
    expect((await world.post('/v1/chat/completions', body, key)).status).toBe(402);
    await world.topUp('10', poor.userId);
    world.upstream.next({ fault: { kind: 'error', status: 500 } });
    expect((await world.post('/v1/chat/completions', body, key)).status).toBe(502);
    expect((await world.post('/v1/chat/completions', body, key)).status).toBe(200);
  });

  test('of a stream gives the same stream again', async () => {
    world.upstream.next({ text: 'Grüße aus 北京 🎉', usage });
    const key = newKey();
    const streaming = { ...body, stream: true };
    const [first, parallel] = await Promise.all(
      [1, 2].map(async () => (await world.raw('/v1/chat/completions', streaming, { headers: key })).text()),
    );
    const again = await world.raw('/v1/chat/completions', streaming, { headers: key });
    expect(again.headers.get('content-type')).toContain('text/event-stream');
    const text = await again.text();
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
    expect([first, parallel]).toEqual([text, text]);
    expect(world.upstream.requests).toHaveLength(1);
  });

  test('of a stream that was cut off after a part was delivered may not run again', async () => {
    const key = newKey();
    const streaming = { ...body, stream: true };
    world.upstream.next({ text: 'a few words', usage, fault: { kind: 'reset_mid_stream', afterEvents: 3 } });
    await (await world.raw('/v1/chat/completions', streaming, { headers: key })).text();
    const again = await world.post('/v1/chat/completions', streaming, key);
    expect(again).toMatchObject({ status: 409, json: { error: { code: 'conflict' } } });
    expect(world.upstream.requests).toHaveLength(1);
  });

  test('of an answer too large to keep may not run again', async () => {
    const key = newKey();
    world.upstream.next({ text: 'x'.repeat(1024 * 1024), usage });
    expect((await world.post('/v1/chat/completions', body, key)).status).toBe(200);
    const again = await world.post('/v1/chat/completions', body, key);
    expect(again).toMatchObject({ status: 409, json: { error: { code: 'conflict' } } });
    expect(world.upstream.requests).toHaveLength(1);
  });

  test.each(['world', 'sibling'])(
    'goes on although its own client leaves, because a repeat in the %s waits',
    async (where) => {
      const before = await world.callCount();
      world.upstream.next({ text: 'worth waiting for', usage, delayMs: 1_000 });
      const key = newKey();
      const leave = new AbortController();
      const first = world.raw('/v1/chat/completions', body, { headers: key, signal: leave.signal });
      await world.upstream.waitFor({ requests: 1 });
      const second = ask(where === 'world' ? world.origin : sibling.origin, key);
      // The repeat has to be waiting by the time its leader leaves.
      await new Promise((resolve) => setTimeout(resolve, 300));
      leave.abort();
      await expect(first).rejects.toThrow();
      expect((await second).status).toBe(200);
      expect(world.upstream.requests).toHaveLength(1);
      expect(await callsSince(before)).toBe(1);
    },
  );

  test('of a stream goes on although its own client read nothing and leaves, because a repeat waits', async () => {
    const pieces = Array.from({ length: 90 }, () => 'x'.repeat(100_000));
    world.upstream.next({ pieces, usage });
    const key = newKey();
    const streaming = { ...body, stream: true };
    const first = await openRawConnection(world.origin);
    first.socket.pause();
    first.write(
      `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${world.key}\r\n` +
        `idempotency-key: ${key['idempotency-key']}\r\ncontent-type: application/json\r\n` +
        `content-length: ${JSON.stringify(streaming).length}\r\n\r\n${JSON.stringify(streaming)}`,
    );
    await world.upstream.waitFor({ requests: 1 });
    const second = world.post('/v1/chat/completions', streaming, key);
    // Until the buffers between are full.
    let sent = -1;
    await expect
      .poll(
        async () => {
          const before = sent;
          await new Promise((resolve) => setTimeout(resolve, 200));
          sent = world.upstream.requests[0]?.sentBytes() ?? -1;
          return sent > 0 && sent === before;
        },
        { timeout: 10_000 },
      )
      .toBe(true);
    first.close();
    // Too large to be kept, but it came to its end.
    expect(await second).toMatchObject({ status: 409, json: { error: { code: 'conflict' } } });
    expect(await world.lastCall()).toMatchObject({ status: 'success' });
    expect(world.upstream.requests).toHaveLength(1);
  });

  test('whose client leaves while nobody waits is free again', async () => {
    const key = newKey();
    world.upstream.next({ text: 'never', delayMs: 5_000 });
    const leave = new AbortController();
    const first = world.raw('/v1/chat/completions', body, { headers: key, signal: leave.signal });
    await world.upstream.waitFor({ requests: 1 });
    leave.abort();
    await expect(first).rejects.toThrow();
    await world.upstream.waitFor({ aborted: 1 });
    expect((await world.post('/v1/chat/completions', body, key)).status).toBe(200);
  });

  test('whose process has died is unavailable until what that had settled is known', async () => {
    const key = newKey();
    await world.post('/v1/chat/completions', body, key);
    await world.callCount();
    await world.query(
      `update aigcspace.idempotency_claims set instance_id = 'ins_dead', answer_status = null, sealed_answer = null
       where answered_at = (select max(answered_at) from aigcspace.idempotency_claims)`,
    );
    for (const origin of [world.origin, sibling.origin]) {
      const repeat = await ask(origin, key);
      expect(repeat).toMatchObject({ status: 503, json: { error: { code: 'service_unavailable' } } });
      expect(Number(repeat.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(world.upstream.requests).toHaveLength(1);
  });

  test('longer than 255 characters is refused', async () => {
    const answer = await world.post('/v1/chat/completions', body, { 'idempotency-key': 'x'.repeat(256) });
    expect(answer).toMatchObject({ status: 400, json: { error: { param: 'idempotency-key' } } });
  });
});

test('after all of this, the books are right', () => world.expectBooksRight());
