import { afterAll, beforeAll, expect, test } from 'vitest';
import { sessionCookie, startTestServer, TEST_PASSWORD, type TestServer } from './support/test-server.ts';

const person = (email: string) => ({ name: 'Ada', email, password: TEST_PASSWORD, locale: 'zh-CN' });
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ isSetUp: false });
});
afterAll(() => server.close());

test('before set-up the panel is told to set up, and nobody can register', async () => {
  expect(await server.client().viewer.get.query()).toMatchObject({
    setup_required: true,
    registration_open: false,
    viewer: null,
    platform_name: 'AIGC Space',
    currency: 'CNY',
  });
  const answer = await server.call('auth.register', person('early@example.com'));
  expect(answer.error.data).toMatchObject({ appCode: 'registration_closed', httpStatus: 403 });
});

test('a wrong token sets nothing up', async () => {
  const answer = await server.call('setup.complete', { ...person('eve@example.com'), token: 'x'.repeat(32) });
  expect(answer.status).toBe(403);
  expect(answer.error.data.appCode).toBe('setup_token_invalid');
  expect((await server.client().viewer.get.query()).setup_required).toBe(true);
});

test('bad fields are named with their limits, and nothing is set up', async () => {
  const answer = await server.call('setup.complete', {
    token: server.app.setupToken,
    name: 'a'.repeat(101),
    email: 'nobody',
    password: 'short',
  });
  expect(answer.status).toBe(400);
  expect(answer.error.data).toMatchObject({
    code: 'BAD_REQUEST',
    appCode: 'invalid_field',
    param: 'name',
    fieldErrors: {
      name: 'must have at most 100 characters',
      email: 'must be an e-mail address',
      password: 'must have at least 8 characters',
      locale: 'is required',
    },
  });
  expect(answer.error.message).toBe('name must have at most 100 characters.');
});

test('of two set-ups at the same moment one wins and the other is told so', async () => {
  const token = server.app.setupToken;
  const answers = await Promise.all(
    ['one@example.com', 'two@example.com', 'three@example.com'].map((email) =>
      server.call<{ api_key: string; demo_model: string }>('setup.complete', { ...person(email), token }),
    ),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
  for (const { status, error } of answers)
    if (status === 409) expect(error.data.appCode).toBe('already_set_up');

  const winner = answers.find(({ status }) => status === 200);
  expect(winner?.data).toMatchObject({
    api_key: expect.stringMatching(/^sk-aigc-\w{40}$/),
    demo_model: 'demo-chat',
  });
  expect(winner?.headers.getSetCookie()[0]).toMatch(
    /^aigc_session=\w+; HttpOnly; Max-Age=\d+; Path=\/; SameSite=Lax$/,
  );
  const { viewer, setup_required: setupRequired } = await server
    .client({ cookie: sessionCookie(winner?.headers ?? new Headers()) })
    .viewer.get.query();
  expect(setupRequired).toBe(false);
  expect(viewer).toMatchObject({ role: 'admin', locale: 'zh-CN', name: 'Ada', project: { name: 'Default' } });

  const em = server.container.orm.em.fork();
  const [counts] = await em.execute(
    `select (select count(*)::int from aigcspace.users) as users,
       (select count(*)::int from aigcspace.organisations where kind = 'personal') as organisations,
       (select count(*)::int from aigcspace.platform_api_key) as keys,
       (select count(*)::int from aigcspace.sessions) as sessions,
       (select count(*)::int from aigcspace.audit_log where action = 'setup.complete') as audited`,
  );
  expect(counts).toEqual({ users: 1, organisations: 1, keys: 1, sessions: 1, audited: 1 });
});

test('the token is of no use after set-up', async () => {
  const answer = await server.call('setup.complete', {
    ...person('late@example.com'),
    token: server.app.setupToken,
  });
  expect(answer.error.data.appCode).toBe('already_set_up');
});

test('neither the cookie nor the key is in the database', async () => {
  const em = server.container.orm.em.fork();
  const [session] = await em.execute('select id, public_id from aigcspace.sessions');
  expect(session).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{64}$/) });
  const [key] = await em.execute('select api_key from aigcspace.platform_api_key');
  expect(key).toMatchObject({ api_key: expect.stringMatching(/^[0-9a-f]{64}$/) });
});
