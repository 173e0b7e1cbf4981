import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { UserActor } from '@aigc/core/actor';
import { deleteOwnKey } from '@aigc/core/own-keys/delete-own-key';
import { listOwnKeys } from '@aigc/core/own-keys/list-own-keys';
import { saveOwnKey } from '@aigc/core/own-keys/save-own-key';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { startScriptedUpstream } from '../support/scripted-upstream/scripted-upstream.ts';
import type { KeyOwner } from '../support/key-owner.ts';

const PLATFORM_KEY = 'sk-upstream-cloud-1';
const OWN_KEY = 'sk-own-0123456789-abcd';

let world: GatewayWorld;
let providerId: number;
let owner: KeyOwner;
beforeAll(async () => {
  world = await startGatewayWorld();
  const [provider] = await world.query<{ id: number }>(
    "select id from aigcspace.providers where name = 'Scripted'",
  );
  providerId = provider?.id ?? 0;
});
beforeEach(async () => {
  owner = await world.createUser();
  world.upstream.reset();
});
afterAll(() => world.close());

const deps = () => ({ em: world.em(), secrets: world.secrets });

function actorOf({ userId }: KeyOwner): UserActor {
  return {
    kind: 'user',
    userId,
    role: 'user',
    organisationId: 'org_none',
    projectId: 'prj_none',
    ip: null,
  };
}

async function save(user: KeyOwner, input: { api_key?: string; is_used?: boolean }) {
  const saved = await saveOwnKey(deps(), actorOf(user), { provider_id: providerId, ...input });
  await world.refresh();
  return saved;
}

const ask = (user: KeyOwner, content = 'Hi', more: object = {}) =>
  world.post(
    '/v1/chat/completions',
    { model: 'cloud', messages: [{ role: 'user', content }], ...more },
    { authorization: `Bearer ${user.key}` },
  );

const lastCredential = () => world.upstream.requests.at(-1)?.credential;

test('a call with an own key reaches the upstream with it and costs nothing, whatever the balance', async () => {
  expect((await ask(owner)).status).toBe(402);
  expect(await save(owner, { api_key: OWN_KEY })).toMatchObject({
    has_key: true,
    is_used: true,
    api_key_hint: 'abcd',
    is_outdated: false,
  });
  const answer = await ask(owner);
  expect(answer.status).toBe(200);
  expect(lastCredential()).toBe(OWN_KEY);
  const row = await world.lastCall(owner.userId);
  expect(row).toMatchObject({
    is_own_key: true,
    bill: '0.0000000000',
    input_price: null,
    status: 'success',
    provider: 'Scripted',
  });
  expect(await world.ledger(owner.userId)).toEqual([]);
  await world.expectBooksRight();
});

test('a stream with an own key is logged as such, and neither budget nor balance is touched', async () => {
  await world.topUp('5', owner.userId);
  await world.query(
    "update aigcspace.platform_api_key set budget = 0.0000001, budget_period = 'total' where id = ?",
    [owner.keyId],
  );
  await save(owner, { api_key: OWN_KEY });
  const answer = await world.raw(
    '/v1/chat/completions',
    { model: 'cloud', stream: true, messages: [{ role: 'user', content: 'Hi' }] },
    { headers: { authorization: `Bearer ${owner.key}` } },
  );
  expect(await answer.text()).toContain('[DONE]');
  expect(await world.lastCall(owner.userId)).toMatchObject({ is_own_key: true, is_stream: true });
  expect(await world.balance(owner.userId)).toMatchObject({ balance: '5.0000000000' });
  await world.expectBooksRight();
});

test('a key that its user does not use, or has deleted, is not sent: calls are billed again', async () => {
  await world.topUp('5', owner.userId);
  await save(owner, { api_key: OWN_KEY });
  expect(await save(owner, { is_used: false })).toMatchObject({ has_key: true, is_used: false });
  expect((await ask(owner)).status).toBe(200);
  expect(lastCredential()).toBe(PLATFORM_KEY);
  expect(await world.lastCall(owner.userId)).toMatchObject({ is_own_key: false });
  await save(owner, { is_used: true });
  await ask(owner);
  expect(lastCredential()).toBe(OWN_KEY);
  await deleteOwnKey(deps(), actorOf(owner), providerId);
  await world.refresh();
  await ask(owner);
  expect(lastCredential()).toBe(PLATFORM_KEY);
  expect(await world.ledger(owner.userId)).toHaveLength(3);
});

test('a saved key is used within a second, without anybody asking for it', async () => {
  await saveOwnKey(deps(), actorOf(owner), { provider_id: providerId, api_key: OWN_KEY });
  await expect.poll(async () => (await ask(owner)).status, { timeout: 5_000 }).toBe(200);
  expect(lastCredential()).toBe(OWN_KEY);
});

test.each([401, 402, 403])(
  'an upstream that refuses an own key with %i is told as theirs',
  async (status) => {
    await save(owner, { api_key: OWN_KEY });
    world.upstream.script('upstream-cloud', {
      fault: { kind: 'error', status, message: `no such key ${OWN_KEY}` },
    });
    const answer = await ask(owner);
    expect(answer.status).toBe(status);
    expect(answer.json.error?.['code']).toBe('upstream_auth_failed');
    expect(answer.json.error?.['message']).toContain('Your own key for Scripted was refused');
    expect(JSON.stringify(answer.json)).not.toContain(OWN_KEY);
    expect(await world.lastCall(owner.userId)).toMatchObject({ is_own_key: true, status: 'failed' });
  },
);

test('two users with own keys and one without, interleaved: the upstream sees the right key every time', async () => {
  const users = await Promise.all(
    ['sk-own-of-the-first-1', 'sk-own-of-the-second-2', null].map(async (key) => {
      const user = await world.createUser();
      if (key === null) await world.topUp('5', user.userId);
      else await save(user, { api_key: key });
      return { user, credential: key ?? PLATFORM_KEY };
    }),
  );
  const before = world.upstream.requests.length;
  await Promise.all(
    Array.from({ length: 60 }, async (_, index) => {
      const { user, credential } = users[index % 3] ?? { user: owner, credential: '' };
      expect((await ask(user, credential)).status).toBe(200);
    }),
  );
  const seen = world.upstream.requests.slice(before);
  expect(seen).toHaveLength(60);
  for (const request of seen) {
    const { messages } = request.body as { messages: { content: string }[] };
    expect(request.credential).toBe(messages[0]?.content);
  }
  await world.expectBooksRight();
});

test('a provider that has moved to another server is not sent the key, and nothing is billed instead', async () => {
  const [moved] = await world.query<{ id: number }>(
    "insert into aigcspace.providers (name, dialect, base_url) values (?, 'openai-compatible', 'http://127.0.0.1:9/v1') returning id",
    [`Moving ${owner.userId}`],
  );
  const id = moved?.id ?? 0;
  await world.query(
    `insert into aigcspace.models (title, provider_id, is_api_enabled, input_price, output_price)
     values ('moving', ?, true, 1, 1)`,
    [id],
  );
  await saveOwnKey(deps(), actorOf(owner), { provider_id: id, api_key: OWN_KEY });
  await world.query('update aigcspace.providers set base_url = ? where id = ?', [world.upstream.baseUrl, id]);
  await world.refresh();
  const before = world.upstream.requests.length;
  const answer = await ask(owner, 'Hi', { model: 'moving' });
  expect(answer.status).toBe(403);
  expect(answer.json.error?.['message']).toContain('has moved to another server');
  expect(world.upstream.requests).toHaveLength(before);
  const item = (await listOwnKeys(deps(), actorOf(owner))).find(({ provider_id }) => provider_id === id);
  expect(item).toMatchObject({ is_outdated: true, has_key: true });
  await expect(saveOwnKey(deps(), actorOf(owner), { provider_id: id, is_used: true })).rejects.toMatchObject({
    code: 'invalid_field',
  });
  await saveOwnKey(deps(), actorOf(owner), { provider_id: id, api_key: OWN_KEY });
  await world.refresh();
  expect((await ask(owner, 'Hi', { model: 'moving' })).status).toBe(200);
});

test('of several upstreams only those with an own key are tried, and a failure never falls back on a billed one', async () => {
  const other = await startScriptedUpstream();
  try {
    await world.topUp('5', owner.userId);
    const [added] = await world.query<{ id: number }>(
      "insert into aigcspace.providers (name, dialect, base_url) values ('Second', 'openai-compatible', ?) returning id",
      [other.baseUrl],
    );
    await world.query(
      `with m as (insert into aigcspace.models (title, provider_id, is_api_enabled, input_price, output_price)
         values ('two-ways', ?, true, 1, 1) returning id)
       insert into aigcspace.model_upstreams (model_id, provider_id, upstream_model, priority)
       select id, ?, 'two-ways', 1 from m`,
      [providerId, added?.id],
    );
    await saveOwnKey(deps(), actorOf(owner), { provider_id: added?.id ?? 0, api_key: OWN_KEY });
    await world.refresh();
    const before = world.upstream.requests.length;
    expect((await ask(owner, 'Hi', { model: 'two-ways' })).status).toBe(200);
    expect(other.requests.at(-1)?.credential).toBe(OWN_KEY);
    expect(await world.lastCall(owner.userId)).toMatchObject({ is_own_key: true, provider: 'Second' });
    other.script('two-ways', { fault: { kind: 'error', status: 500 } });
    expect((await ask(owner, 'Hi', { model: 'two-ways' })).status).toBe(502);
    expect(world.upstream.requests).toHaveLength(before);
    expect(await world.ledger(owner.userId)).toEqual([{ kind: 'topup', amount: '5.0000000000' }]);
  } finally {
    await other.close();
  }
});

test('a call that is billed never goes on with an own key, be it at a fallback', async () => {
  const other = await startScriptedUpstream();
  try {
    await world.topUp('5', owner.userId);
    const [added] = await world.query<{ id: number }>(
      "insert into aigcspace.providers (name, dialect, base_url) values ('Third', 'openai-compatible', ?) returning id",
      [other.baseUrl],
    );
    await world.query(
      `with m as (insert into aigcspace.models (title, provider_id, is_api_enabled, input_price, output_price)
         values ('billed', ?, true, 1, 1) returning id),
       f as (insert into aigcspace.models (title, provider_id, is_api_enabled, input_price, output_price)
         values ('stands-in', ?, true, 1, 1) returning id)
       insert into aigcspace.model_fallbacks (model_id, fallback_id, position) select m.id, f.id, 0 from m, f`,
      [providerId, added?.id],
    );
    await saveOwnKey(deps(), actorOf(owner), { provider_id: added?.id ?? 0, api_key: OWN_KEY });
    await world.refresh();
    world.upstream.script('billed', { fault: { kind: 'error', status: 500 } });
    expect((await ask(owner, 'Hi', { model: 'billed' })).status).toBe(502);
    expect(other.requests).toEqual([]);
    expect(await world.lastCall(owner.userId)).toMatchObject({ is_own_key: false, answered_by: null });
    // Whoever has no such key is answered by the fallback, and billed.
    const someone = await world.createUser();
    await world.topUp('5', someone.userId);
    expect((await ask(someone, 'Hi', { model: 'billed' })).status).toBe(200);
    expect(await world.lastCall(someone.userId)).toMatchObject({ answered_by: 'stands-in' });
  } finally {
    await other.close();
  }
});

test('the key at rest opens for its own row, user and server alone', async () => {
  await save(owner, { api_key: OWN_KEY });
  const [row] = await world.query<{ id: number; api_key: string; origin: string }>(
    'select id, api_key, origin from aigcspace.own_provider_keys where user_id = ?',
    [owner.userId],
  );
  expect(row?.api_key).not.toContain(OWN_KEY);
  const binding = {
    table: 'own_provider_keys' as const,
    rowId: row?.id ?? 0,
    column: 'api_key',
    ownerId: owner.userId,
    origin: row?.origin ?? '',
  };
  expect(world.secrets.open(row?.api_key ?? '', binding)).toBe(OWN_KEY);
  for (const other of [{ rowId: -1 }, { ownerId: 'usr_other' }, { origin: 'https://other.example' }]) {
    expect(() => world.secrets.open(row?.api_key ?? '', { ...binding, ...other })).toThrow();
  }
});
