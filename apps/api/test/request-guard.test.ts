import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, TEST_PASSWORD, type TestServer } from './support/test-server.ts';

let server: TestServer;
let cookie: string;
beforeAll(async () => {
  server = await startTestServer({ env: { PUBLIC_URL: 'https://ai.example.com' } });
  cookie = server.admin.cookie;
});
afterAll(() => server.close());

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** `fetch` sets Host and Origin by itself, so these go out by hand. */
function send(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
) {
  const { method = 'GET', headers = {}, body } = options;
  return new Promise<Answer>((resolve, reject) => {
    const req = request(`${server.origin}/x`, { method, path, headers }, (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body: text }));
    });
    req.on('error', reject);
    req.end(body);
  });
}

const json = { 'content-type': 'application/json' };
const rename = (headers: Record<string, string>) =>
  send('/trpc/account.update', {
    method: 'POST',
    headers: { ...json, cookie, ...headers },
    body: JSON.stringify({ name: 'Changed' }),
  });

test.each([
  ['another site', { origin: 'https://evil.example' }],
  ['a sandboxed page', { origin: 'null' }],
  ['a page on another port of this machine', { origin: 'http://127.0.0.1:1' }],
  ['something that is no origin', { origin: 'evil' }],
  ['a cross-site request without an origin', { 'sec-fetch-site': 'cross-site' }],
  ['a page of a neighbouring site', { 'sec-fetch-site': 'same-site' }],
])('a change asked for by %s is refused, and nothing changes', async (_who, headers) => {
  const answer = await rename(headers);
  expect(answer.status).toBe(403);
  expect(JSON.parse(answer.body)).toMatchObject({ error: { data: { appCode: 'origin_not_allowed' } } });
  expect((await server.admin.client.viewer.get.query()).viewer?.name).toBe('Administrator');
});

test('signing in cannot be forged from another site either', async () => {
  const answer = await send('/trpc/auth.signIn', {
    method: 'POST',
    headers: { ...json, origin: 'https://evil.example' },
    body: JSON.stringify({ email: server.admin.email, password: TEST_PASSWORD }),
  });
  expect(answer.status).toBe(403);
  expect(answer.headers['set-cookie']).toBeUndefined();
});

test('a page of our own may change things, directly and behind the proxy of PUBLIC_URL', async () => {
  expect((await rename({ origin: server.origin })).status).toBe(200);
  expect((await rename({ origin: 'https://ai.example.com', host: 'ai.example.com' })).status).toBe(200);
  expect((await rename({ origin: 'https://ai.example.com' })).status).toBe(200);
  expect((await rename({})).status).toBe(200);
});

test.each([
  'evil.example',
  'evil.example:8000',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  '10.1.2.3',
])('the host name %j is not answered: it may be a rebound name', async (host) => {
  for (const path of ['/trpc/viewer.get', '/api/openapi.json', '/']) {
    const answer = await send(path, { headers: { host, cookie } });
    expect([path, answer.status]).toEqual([path, 403]);
  }
});

test.each(['localhost:9', '127.0.0.1:9', '[::1]:9', 'ai.example.com', 'AI.example.com'])(
  'the host name %s is answered',
  async (host) => {
    expect((await send('/trpc/viewer.get', { headers: { host } })).status).toBe(200);
  },
);

test('programs reach the gateway by any name', async () => {
  const answer = await send('/v1/models', { headers: { host: 'gateway.internal:8000' } });
  expect(answer.status).toBe(401);
});

test('behind TLS the session cookie is for TLS only', async () => {
  const answer = await server.call('auth.signIn', { email: server.admin.email, password: TEST_PASSWORD });
  expect(answer.headers.getSetCookie()[0]).toContain('; Secure');
});

test('the playground takes the session from pages of our own only', async () => {
  const ask = (headers: Record<string, string>) =>
    send('/api/playground/v1/chat/completions', {
      method: 'POST',
      headers: { ...json, ...headers },
      body: JSON.stringify({ model: 'demo-chat', messages: [{ role: 'user', content: 'Hi' }] }),
    });
  expect((await ask({ cookie, origin: server.origin })).status).toBe(200);
  expect((await ask({ cookie, origin: 'https://evil.example' })).status).toBe(403);
  expect((await ask({ cookie, host: 'evil.example' })).status).toBe(403);
  expect((await ask({ origin: server.origin })).status).toBe(401);
  expect((await ask({ authorization: `Bearer ${server.adminKey}`, origin: server.origin })).status).toBe(401);
});

test('nothing is changed by GET', async () => {
  const answer = await send(`/trpc/account.update?input=${encodeURIComponent('{"name":"Got"}')}`, {
    headers: { cookie },
  });
  expect(answer.status).toBe(405);
  expect(JSON.parse(answer.body)).toMatchObject({ error: { data: { appCode: 'method_not_allowed' } } });
});

test('every answer carries its request id, and an error names it', async () => {
  for (const path of ['/healthz', '/trpc/viewer.get', '/trpc/none', '/api/none', '/v1/models']) {
    const { headers } = await send(path);
    expect(headers['x-request-id']).toMatch(/^req_/);
    expect(headers['request-id']).toBe(headers['x-request-id']);
  }
  const failed = await send('/trpc/none');
  expect(JSON.parse(failed.body)).toMatchObject({
    error: { data: { requestId: failed.headers['x-request-id'] } },
  });
});

test('an unknown API path is a JSON 404, and repeated slashes change nothing', async () => {
  for (const path of ['/api/none', '/api', '//api///none', '/trpc']) {
    const answer = await send(path);
    expect([path, answer.status]).toEqual([path, 404]);
    expect(JSON.parse(answer.body)).toMatchObject({
      error: { type: 'invalid_request_error', code: 'not_found' },
    });
  }
  expect((await send('//trpc//viewer.get')).status).toBe(200);
  expect((await send('///healthz')).status).toBe(200);
});

test.each([
  ['not JSON', '{"name":', 'invalid_json', 400],
  ['of a wrong type', '{"name":7}', 'invalid_field', 400],
])('a body that is %s is refused with its reason', async (_what, body, code, status) => {
  const answer = await send('/trpc/account.update', { method: 'POST', headers: { ...json, cookie }, body });
  const parsed = JSON.parse(answer.body);
  expect([answer.status, parsed.error.data.appCode]).toEqual([
    status,
    body === '' ? expect.any(String) : code,
  ]);
  expect(answer.body).not.toMatch(/node_modules|at .*\.ts/);
});

test('text that cannot be stored is refused at its field, not by the database', async () => {
  for (const name of ['a\u0000b', 'a\ud800b']) {
    const body = JSON.stringify({ name });
    const answer = await send('/trpc/account.update', { method: 'POST', headers: { ...json, cookie }, body });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { data: { param: 'name' } } });
  }
});

test('a body of more than a megabyte is refused', async () => {
  const body = JSON.stringify({ name: 'a'.repeat(1_100_000) });
  const answer = await send('/trpc/account.update', { method: 'POST', headers: { ...json, cookie }, body });
  expect(answer.status).toBe(413);
  expect(JSON.parse(answer.body)).toMatchObject({ error: { data: { appCode: 'body_too_large' } } });
});

test('another content type is refused', async () => {
  const answer = await send('/trpc/account.update', {
    method: 'POST',
    headers: { 'content-type': 'text/plain', cookie },
    body: '{"name":"Plain"}',
  });
  expect(answer.status).toBe(415);
});

test('more than twenty procedures in one batch are refused', async () => {
  const paths = Array.from({ length: 21 }, () => 'viewer.get').join(',');
  const answer = await send(`/trpc/${paths}?batch=1&input=%7B%7D`);
  expect(answer.status).toBe(400);
});

test('what is not HTTP gets a JSON error and the connection closed', async () => {
  const port = Number(new URL(server.origin).port);
  const text = await new Promise<string>((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write('NOT HTTP\r\n\r\n'));
    socket.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
  });
  expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(text).toContain('"type":"invalid_request_error"');
});
