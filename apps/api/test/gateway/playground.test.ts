import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../support/test-server.ts';

let server: TestServer;
let user: TestUser;
beforeAll(async () => {
  server = await startTestServer();
  user = await server.createUser();
});
afterAll(() => server.close());

const path = '/api/playground/v1/chat/completions';
const body = JSON.stringify({ messages: [{ role: 'user', content: 'hi' }] });

function post(headers: Record<string, string>): Promise<Response> {
  return fetch(`${server.origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

test('a signed-in user calls without a key, and the call is logged as from the playground', async () => {
  const answer = await post({ cookie: user.cookie, origin: server.origin });
  expect(answer.status).toBe(200);
  await server.app.calls.books.flush(10_000);
  const { items } = await user.client.logs.list.query({});
  expect(items[0]).toMatchObject({ source: 'playground', api_key_id: null, status: 'success' });
});

test('without a session, and from a page of another site, nothing is called', async () => {
  const signedOut = await post({ origin: server.origin });
  expect([signedOut.status, await signedOut.json()]).toMatchObject([
    401,
    { error: { code: 'unauthenticated' } },
  ]);
  const foreign = await post({ cookie: user.cookie, origin: 'https://evil.example' });
  expect([foreign.status, await foreign.json()]).toMatchObject([
    403,
    { error: { code: 'origin_not_allowed' } },
  ]);
  expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
});

test('a model key does not open the playground, and a session does not open the API', async () => {
  expect((await post({ authorization: `Bearer ${server.adminKey}`, origin: server.origin })).status).toBe(
    401,
  );
  const api = await fetch(`${server.origin}/api/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: user.cookie, origin: server.origin },
    body,
  });
  expect(api.status).toBe(401);
});
