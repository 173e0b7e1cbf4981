import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { matchPath } from '../src/rest/match-route.ts';
import { PROCEDURE_PATHS } from '../src/rest/procedure-parsers.ts';
import { NOT_IN_REST, REST_ROUTES } from '../src/rest/rest-routes.ts';
import { callLogger } from './support/logged-calls.ts';
import { restClient, type RestCall } from './support/rest-client.ts';
import {
  startScriptedUpstream,
  type ScriptedUpstream,
} from './support/scripted-upstream/scripted-upstream.ts';
import { startTestServer, type TestServer, type TestUser } from './support/test-server.ts';

let server: TestServer;
let upstream: ScriptedUpstream;
let user: TestUser;
/** With a management key of the user. */
let withKey: RestCall;
let withAdminKey: RestCall;
let anonymous: RestCall;
beforeAll(async () => {
  server = await startTestServer();
  upstream = await startScriptedUpstream();
  user = await server.createUser();
  withKey = restClient(server, await bearer(user));
  withAdminKey = restClient(server, await bearer(server.admin));
  anonymous = restClient(server);
});
afterAll(async () => {
  await server.close();
  await upstream.close();
});

async function bearer({ client }: TestUser): Promise<Record<string, string>> {
  const { api_key } = await client.keys.create.mutate({ name: 'management', kind: 'management' });
  return { authorization: `Bearer ${api_key}` };
}

test('every procedure has a REST address or a reason for having none', () => {
  const named = [...Object.keys(REST_ROUTES), ...Object.keys(NOT_IN_REST)];
  expect(new Set(named).size).toBe(named.length);
  expect(new Set(named)).toEqual(new Set(PROCEDURE_PATHS));
});

test('no two procedures have the same address, and fixed paths win over names', () => {
  const addresses = Object.values(REST_ROUTES).map(({ method, path }) => `${method} ${path}`);
  expect(new Set(addresses).size).toBe(addresses.length);
  expect(matchPath('/api/models/local').get('GET')?.procedure).toBe('localModels.list');
  expect(matchPath('/api/models/7').get('GET')).toMatchObject({
    procedure: 'models.get',
    params: { id: '7' },
  });
  expect(matchPath('/api/models/local/').get('POST')?.procedure).toBe('localModels.create');
  expect(matchPath('/api/admin/providers/%zz').size).toBe(0);
});

test('the paths of the requirements answer, from a new key to its deletion', async () => {
  const created = await withKey('POST', '/api/platform/api-keys', { body: { name: 'over REST' } });
  expect(created.status).toBe(200);
  expect(created.json.api_key).toMatch(/^sk-aigc-/);
  const { id } = created.json as { id: number };
  const listed = await withKey('GET', '/api/platform/api-keys');
  expect(listed.json.items).toEqual((await user.client.keys.list.query()).items);
  const updated = await withKey('PUT', `/api/platform/api-keys/${id}`, { body: { status: 'disabled' } });
  expect(updated.json).toMatchObject({ id, name: 'over REST', status: 'disabled' });
  expect((await withKey('DELETE', `/api/platform/api-keys/${id}`)).json).toEqual({ ok: true });
  expect((await withKey('DELETE', `/api/platform/api-keys/${id}`)).status).toBe(404);

  const body = { name: 'rest-model', base_url: upstream.baseUrl };
  const model = await withKey('POST', '/api/models/local', { body });
  expect(model.json).toMatchObject({ name: 'rest-model', has_api_key: false });
  const modelPath = `/api/models/local/${String(model.json.id)}`;
  expect((await withKey('GET', '/api/models/local')).json.items).toEqual([model.json]);
  expect((await withKey('PUT', modelPath, { body: { name: 'renamed' } })).json.name).toBe('renamed');
  expect((await withKey('DELETE', modelPath)).json).toEqual({ ok: true });
});

test('queries answer what tRPC answers', async () => {
  const log = await callLogger(server.container, user.id);
  const call = await log({ createdAt: '2026-11-10T10:00:00Z', model: 'over-rest' });
  await log({ createdAt: '2026-11-10T11:00:00Z', isLocal: true });
  const { logs, stats, models, billing } = user.client;
  const period = { from: '2026-11-10T00:00:00Z', to: '2026-11-11T00:00:00Z' };
  const pairs: [string, unknown][] = [
    ['/api/platform/call-logs?limit=1', await logs.list.query({ limit: 1 })],
    [
      '/api/platform/call-logs?is_local=false&model=over-rest',
      await logs.list.query({ is_local: false, model: 'over-rest' }),
    ],
    [`/api/platform/call-logs/${call.id}`, await logs.get.query({ id: call.id })],
    ['/api/platform/call-log-facets', await logs.facets.query({})],
    [
      `/api/platform/stats?${new URLSearchParams({ ...period, time_zone: 'Asia/Shanghai' }).toString()}`,
      await stats.get.query({ ...period, time_zone: 'Asia/Shanghai' }),
    ],
    ['/api/platform/balance', await billing.balance.query()],
    ['/api/platform/ledger?limit=5', await billing.ledger.query({ limit: 5 })],
    ['/api/models', await models.list.query()],
    ['/api/models/1', await models.get.query({ id: 1 })],
    ['/api/platform/viewer', await user.client.viewer.get.query()],
  ];
  for (const [path, expected] of pairs) {
    const { status, json } = await withKey('GET', path);
    expect([path, status, json]).toEqual([path, 200, expected]);
  }
});

test('administrators’ paths answer administrators and refuse others', async () => {
  const paths = ['providers', 'provider-presets', 'models', 'users', 'settings'].map(
    (path) => `/api/admin/${path}`,
  );
  for (const path of paths) {
    expect([path, (await withAdminKey('GET', path)).status]).toEqual([path, 200]);
    const refused = await withKey('GET', path);
    expect([path, refused.status, refused.json.error?.code]).toEqual([path, 403, 'forbidden']);
  }
  const toppedUp = await withAdminKey('POST', `/api/admin/users/${user.id}/top-ups`, {
    body: { amount: '5' },
  });
  expect(toppedUp.json.balance).toBe('5');
  const chosen = await withAdminKey('PUT', '/api/admin/active-models', {
    body: { role: 'language', model_id: 1 },
  });
  expect(chosen.json).toEqual({ ok: true });
});

test('a test answers with its result alone', async () => {
  const tested = await withKey('POST', '/api/models/local/test', {
    body: { base_url: upstream.baseUrl, upstream_model: 'scripted-model' },
  });
  expect(tested.status).toBe(200);
  expect(tested.json).toMatchObject({ type: 'result', ok: true, models: ['scripted-model'] });
  const asked = await withAdminKey('POST', '/api/admin/models/1/test', { body: { message: 'hi' } });
  expect(asked.json).toMatchObject({ type: 'result', ok: true });
});

describe('credentials', () => {
  test('a session cookie reads, and changes only from a page of this site', async () => {
    const cookie = { cookie: user.cookie };
    const withCookie = restClient(server, cookie);
    expect((await withCookie('GET', '/api/platform/api-keys')).status).toBe(200);
    const body = { name: 'from a page' };
    const path = '/api/platform/api-keys';
    const own = await withCookie('POST', path, { body, headers: { origin: server.origin } });
    expect(own.status).toBe(200);
    const foreign = await withCookie('POST', path, { body, headers: { origin: 'https://evil.example' } });
    expect([foreign.status, foreign.json.error?.code]).toEqual([403, 'origin_not_allowed']);
    const hidden = await withCookie('POST', path, { body, headers: { 'sec-fetch-site': 'cross-site' } });
    expect(hidden.status).toBe(403);
  });

  test.each([
    ['nothing', {}, 401, 'unauthenticated'],
    ['a made-up key', { authorization: `Bearer mk-aigc-${'0'.repeat(34)}0iqUEf` }, 401, 'invalid_api_key'],
    ['a mistyped key', { authorization: 'Bearer mk-aigc-nonsense' }, 401, 'invalid_api_key'],
    ['another scheme', { authorization: 'Basic YTpi' }, 401, 'unauthenticated'],
    ['a stale cookie', { cookie: 'aigc_session=abcdefghij' }, 401, 'unauthenticated'],
  ])('%s is refused', async (_, headers, status, code) => {
    const answer = await anonymous('GET', '/api/platform/api-keys', { headers });
    expect(answer).toMatchObject({ status, json: { error: { code } } });
  });

  test('a model key is of the wrong kind here, and a management key there', async () => {
    const model = await anonymous('GET', '/api/platform/api-keys', {
      headers: { authorization: `Bearer ${server.adminKey}` },
    });
    expect(model).toMatchObject({ status: 403, json: { error: { code: 'key_kind_not_allowed' } } });
    const management = await anonymous('GET', '/api/v1/models', { headers: await bearer(user) });
    expect(management).toMatchObject({ status: 403, json: { error: { code: 'key_kind_not_allowed' } } });
  });

  test('a disabled key is out at once', async () => {
    const { id, api_key } = await user.client.keys.create.mutate({ name: 'out', kind: 'management' });
    const call = restClient(server, { authorization: `Bearer ${api_key}` });
    expect((await call('GET', '/api/models')).status).toBe(200);
    await user.client.keys.update.mutate({ id, status: 'disabled' });
    expect(await call('GET', '/api/models')).toMatchObject({
      status: 403,
      json: { error: { code: 'key_disabled' } },
    });
  });
});

describe('bad requests', () => {
  const keys = '/api/platform/api-keys';

  test.each([
    ['malformed JSON', '{"name":', {}, 400, 'invalid_json', null],
    ['a list', '[1]', {}, 400, 'invalid_json', null],
    ['nothing', '', {}, 400, 'missing_field', 'name'],
    [
      'a form',
      'name=x',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'unsupported_media_type',
      'content-type',
    ],
    ['too deep a nesting', `{"name":${'['.repeat(200)}${']'.repeat(200)}}`, {}, 400, 'body_too_deep', null],
    ['too much', JSON.stringify({ name: 'x'.repeat(1_100_000) }), {}, 413, 'body_too_large', null],
    ['a wrong type', '{"name":5}', {}, 400, 'invalid_field', 'name'],
    ['a wrong choice', '{"name":"x","kind":"root"}', {}, 400, 'invalid_field', 'kind'],
  ])('%s is answered with its own error', async (_, body, headers, status, code, param) => {
    const answer = await withKey('POST', keys, { body, headers });
    expect(answer).toMatchObject({ status, json: { error: { code, param, type: 'invalid_request_error' } } });
    expect(answer.headers.get('x-request-id')).toMatch(/^req_/);
    expect(answer.text).not.toMatch(/stack|\.ts:|node_modules/);
  });

  test.each([
    ['GET', `${keys}/7`, 405],
    ['PATCH', keys, 405],
    ['GET', '/api/platform/nothing', 404],
    ['GET', '/api', 404],
    ['PUT', `${keys}/seven`, 400],
    ['PUT', `${keys}/0`, 400],
    ['PUT', `${keys}/99999999999`, 400],
    ['PUT', `${keys}/123456`, 404],
    ['GET', '/api/platform/call-logs?limit=many', 400],
    ['GET', '/api/platform/call-logs?limit=1&limit=2', 400],
    ['GET', '/api/platform/call-logs?is_local=maybe', 400],
    ['GET', '/api/platform/call-logs/not-a-number', 400],
    ['GET', '/api/platform/call-logs?__proto__=1', 200],
  ])('%s %s is answered with %i, as JSON', async (method, path, status) => {
    const answer = await withKey(method, path, method === 'PUT' ? { body: {} } : {});
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  });

  test('a path says which methods it has', async () => {
    const wrong = await withKey('PATCH', keys, { body: {} });
    expect(wrong.headers.get('allow')).toBe('GET, POST, OPTIONS');
    const asked = await withKey('OPTIONS', `${keys}/7`);
    expect([asked.status, asked.headers.get('allow')]).toEqual([204, 'PUT, DELETE, OPTIONS']);
    const head = await withKey('HEAD', keys);
    expect([head.status, head.text]).toEqual([200, '']);
  });

  test('what REST reads from a query leaves tRPC’s own checks as strict as they were', async () => {
    await withKey('GET', '/api/platform/call-logs?limit=5');
    await withKey('PUT', `${keys}/1`, { body: {} });
    const answer = await server.call('keys.update', { id: '1' }, { cookie: user.cookie });
    expect(answer.error.data).toMatchObject({ appCode: 'invalid_field', param: 'id' });
  });

  test('another user’s things are not found', async () => {
    const { id } = await server.admin.client.keys.create.mutate({ name: 'admin’s' });
    expect((await withKey('PUT', `${keys}/${id}`, { body: { name: 'mine' } })).status).toBe(404);
    expect((await withKey('DELETE', `${keys}/${id}`)).status).toBe(404);
  });
});
