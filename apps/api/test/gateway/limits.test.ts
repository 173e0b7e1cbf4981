import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import type { KeyOwner } from '../support/key-owner.ts';

let world: GatewayWorld;
beforeAll(async () => {
  world = await startGatewayWorld();
});
afterEach(() => world.upstream.reset());
afterAll(() => world.close());

const body = { model: 'cloud', messages: [{ role: 'user' as const, content: 'Hello' }], max_tokens: 20 };
const bearer = ({ key }: KeyOwner) => ({ authorization: `Bearer ${key}` });

/** A user with money whose key has these columns set. */
async function keyWith(columns: Record<string, unknown>): Promise<KeyOwner> {
  const owner = await world.createUser();
  await world.topUp('10', owner.userId);
  const set = Object.keys(columns).map((column) => `${column} = ?`);
  await world.query(`update aigcspace.platform_api_key set ${set.join(', ')} where id = ?`, [
    ...Object.values(columns),
    owner.keyId,
  ]);
  await world.refresh();
  return owner;
}

const call = (owner: KeyOwner, extra: object = {}) =>
  world.post('/v1/chat/completions', { ...body, ...extra }, bearer(owner));

describe('a limit of requests', () => {
  test('is told with every answer, refuses what is beyond it, and the refusal is logged', async () => {
    const owner = await keyWith({ rpm_limit: 2 });
    const first = await call(owner);
    expect(first.status).toBe(200);
    expect(first.headers.get('x-ratelimit-limit-requests')).toBe('2');
    expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('1');
    expect(first.headers.get('x-ratelimit-reset-requests')).toMatch(/^(\d+m)?\d+(ms|s)$/);
    expect((await call(owner)).headers.get('x-ratelimit-remaining-requests')).toBe('0');
    const refused = await call(owner);
    expect(refused).toMatchObject({
      status: 429,
      json: { error: { type: 'rate_limit_error', code: 'rate_limit_exceeded' } },
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('x-ratelimit-remaining-requests')).toBe('0');
    expect(refused.headers.get('access-control-expose-headers')).toContain('x-ratelimit-limit-requests');
    expect(world.upstream.requests).toHaveLength(2);
    await expect
      .poll(() => world.lastCall(owner.userId))
      .toMatchObject({ http_status: 429, error_code: 'rate_limit_exceeded', model_name: 'cloud' });
  });

  test('is told with streams too', async () => {
    const owner = await keyWith({ rpm_limit: 5 });
    const answer = await world.raw(
      '/v1/chat/completions',
      { ...body, stream: true },
      { headers: bearer(owner) },
    );
    expect(answer.headers.get('x-ratelimit-remaining-requests')).toBe('4');
    await answer.text();
  });

  test('is not told where none applies', async () => {
    const owner = await world.createUser();
    await world.topUp('10', owner.userId);
    expect((await call(owner)).headers.get('x-ratelimit-limit-requests')).toBeNull();
  });
});

test('a limit of tokens takes the most a call can use, and gives back what it did not', async () => {
  const owner = await keyWith({ tpm_limit: 1000 });
  world.upstream.next({ usage: { promptTokens: 5, completionTokens: 5 } });
  const first = await call(owner, { max_tokens: 700 });
  expect(Number(first.headers.get('x-ratelimit-remaining-tokens'))).toBeLessThan(300);
  const second = await call(owner, { max_tokens: 700 });
  expect(second.status).toBe(200);
  expect(second.headers.get('x-ratelimit-limit-tokens')).toBe('1000');
});

test('a limit of calls at once frees a place when a call ends, however it ends', async () => {
  const owner = await keyWith({ concurrency_limit: 1 });
  world.upstream.next({ delayMs: 400 });
  const running = call(owner);
  await world.upstream.waitFor({ requests: 1 });
  expect(await call(owner)).toMatchObject({ status: 429 });
  expect((await running).status).toBe(200);
  world.upstream.next({ fault: { kind: 'html' } });
  expect((await call(owner)).status).toBe(502);
  expect((await call(owner)).status).toBe(200);
});

describe('a key', () => {
  test.each([
    ['key_expired', { expires_at: new Date(Date.now() - 1000) }],
    ['ip_not_allowed', { allowed_ips: JSON.stringify(['203.0.113.0/24']) }],
    ['model_not_allowed', { allowed_models: JSON.stringify(['another']) }],
  ])('is refused with %s, before the upstream is asked, and the refusal is logged', async (code, columns) => {
    const owner = await keyWith(columns);
    expect(await call(owner)).toMatchObject({
      status: 403,
      json: { error: { type: 'permission_error', code } },
    });
    expect(world.upstream.requests).toHaveLength(0);
    await expect
      .poll(() => world.lastCall(owner.userId))
      .toMatchObject({ http_status: 403, error_code: code });
  });

  test('with a list of models is shown only those', async () => {
    const owner = await keyWith({ allowed_models: JSON.stringify(['cloud']) });
    const answer = await fetch(`${world.origin}/v1/models`, { headers: bearer(owner) });
    const { data } = (await answer.json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(['cloud']);
    expect((await call(owner)).status).toBe(200);
  });
});

test('after all of this, the books are right', () => world.expectBooksRight());
