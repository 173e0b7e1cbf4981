import { foldRollups } from '@aigc/core/stats/fold-rollups';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureOf } from './support/failure.ts';
import { callLogger } from './support/logged-calls.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test('a period without calls is full of zeros and has no percentiles', async () => {
  const user = await server.createUser();
  const stats = await user.client.stats.get.query({
    from: '2026-11-01T00:00:00Z',
    to: '2026-11-04T00:00:00Z',
  });
  const none = { calls: 0, failed: 0, input_tokens: 0, output_tokens: 0, cost: '0' };
  const totals = {
    ...none,
    latency_p50_ms: null,
    latency_p95_ms: null,
    ttft_p50_ms: null,
    ttft_p95_ms: null,
  };
  expect(stats).toEqual({
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-11-04T00:00:00.000Z',
    currency: 'CNY',
    totals,
    previous: totals,
    by_day: ['2026-11-01', '2026-11-02', '2026-11-03'].map((day) => ({ day, ...totals })),
    by_day_and_model: [],
    by_model: [],
    by_key: [],
    by_user: [],
    errors: [],
  });
});

test('without a period the last fourteen days are told', async () => {
  const user = await server.createUser();
  const { by_day, to } = await user.client.stats.get.query({});
  expect(by_day).toHaveLength(15);
  expect(by_day.at(-1)?.day).toBe(to.slice(0, 10));
});

test('sums by day, model, key and error add up to the totals, and to the cent', async () => {
  const user = await server.createUser();
  const key = await user.client.keys.create.mutate({ name: 'counted' });
  const log = await callLogger(server.container, user.id);
  const day1 = '2026-11-10T10:00:00Z';
  const day2 = '2026-11-11T10:00:00Z';
  await log({ createdAt: day1, model: 'dear', apiKeyId: key.id, bill: '0.0000000001', latencyMs: 100 });
  await log({ createdAt: day1, model: 'dear', apiKeyId: key.id, bill: '0.1', latencyMs: 1_000 });
  await log({ createdAt: day2, model: 'dear', bill: '0.2', latencyMs: 100 });
  await log({ createdAt: day2, model: 'mine', isLocal: true, tokens: { inputTokens: 1, outputTokens: 2 } });
  await log({
    createdAt: day2,
    model: 'dear',
    errorCode: 'upstream_timeout',
    tokens: { inputTokens: 0, outputTokens: 0 },
  });
  await log({ createdAt: '2026-11-09T23:00:00Z', model: 'before', bill: '7' });
  const stats = await user.client.stats.get.query({
    from: '2026-11-10T00:00:00Z',
    to: '2026-11-12T00:00:00Z',
  });
  expect(stats.totals).toMatchObject({
    calls: 5,
    failed: 1,
    input_tokens: 31,
    output_tokens: 17,
    cost: '0.3000000001',
  });
  expect(stats.previous).toMatchObject({ calls: 1, cost: '7' });
  expect(stats.by_day).toMatchObject([
    { day: '2026-11-10', calls: 2, failed: 0, cost: '0.1000000001' },
    { day: '2026-11-11', calls: 3, failed: 1, cost: '0.2' },
  ]);
  expect(stats.by_model).toMatchObject([
    { model: 'dear', is_local: false, calls: 4, failed: 1, cost: '0.3000000001' },
    { model: 'mine', is_local: true, calls: 1, cost: '0' },
  ]);
  expect(stats.by_key).toMatchObject([
    { api_key_id: null, name: null, calls: 3, cost: '0.2' },
    { api_key_id: key.id, name: 'counted', calls: 2, cost: '0.1000000001' },
  ]);
  expect(stats.by_day_and_model).toMatchObject([
    { day: '2026-11-10', model: 'dear', calls: 2, tokens: 30 },
    { day: '2026-11-10', model: 'mine', calls: 0, tokens: 0, cost: '0' },
    { day: '2026-11-11', model: 'dear', calls: 2 },
    { day: '2026-11-11', model: 'mine', calls: 1, tokens: 3 },
  ]);
  expect(stats.errors).toEqual([{ code: 'upstream_timeout', calls: 1 }]);
  expect(stats.totals.latency_p50_ms).toBeGreaterThan(90);
  expect(stats.totals.latency_p50_ms).toBeLessThan(111);
  expect(stats.totals.latency_p95_ms).toBeGreaterThan(900);
  expect(stats.totals.latency_p95_ms).toBeLessThan(1_111);
});

test('days begin at the midnight of the viewer’s zone', async () => {
  const user = await server.createUser();
  const log = await callLogger(server.container, user.id);
  // 23:30 in Shanghai, and half past midnight of the next day there.
  await log({ createdAt: '2026-11-10T15:30:00Z' });
  await log({ createdAt: '2026-11-10T16:30:00Z' });
  const period = { from: '2026-11-09T16:00:00Z', to: '2026-11-11T16:00:00Z' };
  const days = async (time_zone: string) => {
    const { by_day } = await user.client.stats.get.query({ ...period, time_zone });
    return by_day.map(({ day, calls }) => [day, calls]);
  };
  expect(await days('Asia/Shanghai')).toEqual([
    ['2026-11-10', 1],
    ['2026-11-11', 1],
  ]);
  expect(await days('+08:00')).toEqual(await days('Asia/Shanghai'));
  expect(await days('UTC')).toEqual([
    ['2026-11-09', 0],
    ['2026-11-10', 2],
    ['2026-11-11', 0],
  ]);
});

test('a short period is told by the hour where that is asked for', async () => {
  const user = await server.createUser();
  const log = await callLogger(server.container, user.id);
  await log({ createdAt: '2026-11-10T15:59:59Z' });
  await log({ createdAt: '2026-11-10T16:00:00Z', bill: '0.5' });
  const { by_day, by_day_and_model } = await user.client.stats.get.query({
    from: '2026-11-10T15:00:00Z',
    to: '2026-11-10T18:00:00Z',
    time_zone: 'Asia/Shanghai',
    interval: 'hour',
  });
  expect(by_day.map(({ day, calls }) => [day, calls])).toEqual([
    ['2026-11-10T23', 1],
    ['2026-11-11T00', 1],
    ['2026-11-11T01', 0],
  ]);
  expect(by_day_and_model.map(({ cost }) => cost)).toEqual(['0', '0.5', '0']);
});

test('five models have a series of their own, the others are one', async () => {
  const user = await server.createUser();
  const log = await callLogger(server.container, user.id);
  for (let count = 0; count < 7; count += 1) {
    await log({ createdAt: '2026-11-10T10:00:00Z', model: `m${count}`, bill: `${10 - count}` });
  }
  const { by_day_and_model, by_model } = await user.client.stats.get.query({
    from: '2026-11-10T00:00:00Z',
    to: '2026-11-11T00:00:00Z',
  });
  expect(by_model).toHaveLength(7);
  expect(by_day_and_model.map(({ model, cost }) => [model, cost])).toEqual([
    ['m0', '10'],
    ['m1', '9'],
    ['m2', '8'],
    ['m3', '7'],
    ['m4', '6'],
    [null, '9'],
  ]);
});

test('filters narrow every part, and nobody counts another’s calls but an administrator', async () => {
  const user = await server.createUser();
  const key = await user.client.keys.create.mutate({ name: 'narrow' });
  const log = await callLogger(server.container, user.id);
  const createdAt = '2026-10-10T10:00:00Z';
  await log({ createdAt, model: 'stats-a', apiKeyId: key.id });
  await log({ createdAt, model: 'stats-b', isLocal: true });
  const period = { from: '2026-10-10T00:00:00Z', to: '2026-10-11T00:00:00Z' };
  const calls = async (filter: object) =>
    (await user.client.stats.get.query({ ...period, ...filter })).totals.calls;
  expect(await calls({})).toBe(2);
  expect(await calls({ model: 'stats-a' })).toBe(1);
  expect(await calls({ api_key_id: key.id })).toBe(1);
  expect(await calls({ is_local: true })).toBe(1);
  const { adminView, ownView } = {
    adminView: await server.admin.client.stats.get.query({ ...period, scope: 'all' }),
    ownView: await server.admin.client.stats.get.query(period),
  };
  expect(adminView.totals.calls).toBe(2);
  expect(ownView.totals.calls).toBe(0);
  expect(await failureOf(user.client.stats.get.query({ scope: 'all' }))).toMatchObject({
    httpStatus: 403,
    appCode: 'forbidden',
  });
});

test.each([
  [{ from: '2026-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' }, 'from'],
  [{ from: '2025-01-01T00:00:00Z', to: '2026-11-01T00:00:00Z' }, 'from'],
  [{ from: '0000-01-01T00:00:00Z' }, 'from'],
  [{ to: '0000-01-10T00:00:00Z' }, 'from'],
  [{ from: 'soon' }, 'from'],
  [{ time_zone: 'Mars/Olympus' }, 'time_zone'],
  [{ time_zone: 'x'.repeat(65) }, 'time_zone'],
  [{ model: 'a\0b' }, 'model'],
])('a period of %j is refused beside its field', async (input, param) => {
  expect(await failureOf(server.admin.client.stats.get.query(input))).toMatchObject({
    httpStatus: 400,
    appCode: 'invalid_field',
    param,
  });
});

test('the plaza’s health follows the last day’s calls, and only what upstreams are to blame for', async () => {
  const user = await server.createUser();
  const log = await callLogger(server.container, user.id);
  const card = async () => {
    const { items } = await user.client.models.list.query();
    return items.find(({ title }) => title === 'demo-chat');
  };
  expect(await card()).toMatchObject({ health: 'unknown', last_day: { calls: 0, failed: 0 } });
  await log({ model: 'demo-chat' });
  await log({ model: 'demo-chat', errorCode: 'insufficient_quota' });
  expect(await card()).toMatchObject({ health: 'ok', last_day: { calls: 2, failed: 1 } });
  await log({ model: 'demo-chat', errorCode: 'upstream_timeout' });
  await log({ model: 'demo-chat', errorCode: 'upstream_unreachable' });
  expect(await card()).toMatchObject({ health: 'failing', last_day: { calls: 4, failed: 3 } });
  // Local models of the same name are somebody else's.
  await log({ model: 'demo-chat', isLocal: true });
  expect((await card())?.last_day.calls).toBe(4);
});

test('everyone’s calls are told by user, and one user’s alone, before their hours are folded and after', async () => {
  const [first, second] = [await server.createUser(), await server.createUser()];
  const logs = {
    first: await callLogger(server.container, first.id),
    second: await callLogger(server.container, second.id),
  };
  const createdAt = '2026-10-05T18:30:00Z';
  await logs.first({ createdAt, model: 'by-user', bill: '0.1', latencyMs: 100 });
  await logs.first({ createdAt: '2026-10-06T02:30:00Z', model: 'by-user', bill: '0.2', latencyMs: 2_000 });
  await logs.second({ createdAt, model: 'by-user', bill: '0.5', latencyMs: 400 });
  const { get } = server.admin.client.stats;
  const period = { from: '2026-10-05T16:00:00Z', to: '2026-10-06T16:00:00Z', scope: 'all' } as const;
  const read = async () => {
    const all = await get.query({ ...period, time_zone: 'Asia/Shanghai' });
    expect(all.by_user.map(({ email, calls, cost }) => [email, calls, cost])).toEqual([
      [second.email, 1, '0.5'],
      [first.email, 2, '0.3'],
    ]);
    const one = await get.query({ ...period, user_id: first.id });
    expect(one).toMatchObject({ totals: { calls: 2, cost: '0.3' }, by_user: [] });
    const quick = await get.query({ ...period, user_id: first.id, percentiles: false });
    expect(quick.by_day.map(({ latency_p50_ms: ms }) => ms)).toEqual([null, null]);
    expect(quick.totals).toEqual(one.totals);
    // Each day has the percentiles of its own calls.
    expect(one.by_day.map(({ latency_p50_ms: ms }) => Math.round((ms ?? 0) / 100))).toEqual([1, 20]);
    expect(all.by_day.map(({ latency_p95_ms: ms }) => Math.round((ms ?? 0) / 100))).toEqual([20]);
    return [all, one];
  };
  const before = await read();
  await foldRollups(server.container.orm.em.fork(), new Date());
  expect(await read()).toEqual(before);
  expect((await first.client.stats.get.query({ ...period, scope: 'mine' })).by_user).toEqual([]);
  const others = await first.client.stats.get.query({ ...period, scope: 'mine', user_id: second.id });
  expect(others.totals.calls).toBe(0);
});
