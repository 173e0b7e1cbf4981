import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findRedisServer, startTestRedis, type TestRedis } from '../support/redis-server.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const program = findRedisServer();

// Needs a Redis or Valkey server, over which the machines count together.
describe.skipIf(program === null)('two machines with one Redis', () => {
  let redis: TestRedis;
  let database: TestDatabase;
  const machines: TestServer[] = [];
  let key: string;

  beforeAll(async () => {
    redis = await startTestRedis(program ?? '');
    database = await createTestDatabase();
    const { connectionString } = database;
    const env = { REDIS_URL: redis.url };
    const first = await startTestServer({ connectionString, env });
    machines.push(first, await startTestServer({ connectionString, env }));
    key = first.adminKey;
  });
  afterAll(async () => {
    for (const machine of machines) await machine.close();
    await database.drop();
    await redis.kill();
  });

  async function limitTo(rpm: number): Promise<void> {
    const { keys } = machines[0]?.admin.client ?? {};
    const [first] = (await keys?.list.query())?.items ?? [];
    await keys?.update.mutate({ id: first?.id ?? 0, rpm_limit: rpm });
    await delay(3_000);
  }

  function call(machine: TestServer | undefined): Promise<Response> {
    return fetch(`${machine?.origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'demo-chat', messages: [{ role: 'user', content: 'Hello' }] }),
    });
  }

  test('of 100 calls at once exactly as many as the limit are answered', async () => {
    await limitTo(10);
    const answers = await Promise.all(Array.from({ length: 100 }, (_, each) => call(machines[each % 2])));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(90);
  });

  test('while Redis is gone calls are answered and entered, each machine counting alone', async () => {
    await redis.kill();
    const answers = await Promise.all(Array.from({ length: 40 }, (_, each) => call(machines[each % 2])));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    // What is billed has nothing to do with it: each answer is one call in the log, those from before included.
    const calls = async (): Promise<unknown> =>
      machines[0]?.container.orm.em
        .fork()
        .execute(
          "select count(*)::int, count(distinct request_id)::int as distinct from aigcspace.api_call_log where status = 'success'",
        );
    await expect.poll(calls, { timeout: 10_000 }).toEqual([{ count: 30, distinct: 30 }]);
    await redis.start();
  });
});
