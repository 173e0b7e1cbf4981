import { afterAll, beforeAll, expect, test } from 'vitest';
import { sessionCookie, startTestServer, TEST_PASSWORD, type TestServer } from './support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const register = (email: string) =>
  server.call('auth.register', { name: 'Visitor', email, password: TEST_PASSWORD, locale: 'en' });

test('registration is closed unless an administrator opens it', async () => {
  expect((await server.client().viewer.get.query()).registration_open).toBe(false);
  expect((await register('a@example.com')).error.data).toMatchObject({
    appCode: 'registration_closed',
    httpStatus: 403,
  });
  await server.admin.client.adminSettings.update.mutate({ registration: 'open' });
  expect((await server.client().viewer.get.query()).registration_open).toBe(true);

  const answer = await register('a@example.com');
  expect(answer.status).toBe(200);
  const { viewer } = await server.client({ cookie: sessionCookie(answer.headers) }).viewer.get.query();
  expect(viewer).toMatchObject({ email: 'a@example.com', role: 'user', project: { name: 'Default' } });
  expect(viewer?.organisation.id).toMatch(/^org_/);

  await server.admin.client.adminSettings.update.mutate({ registration: 'closed' });
  expect((await register('b@example.com')).error.data.appCode).toBe('registration_closed');
});

test('one address has one account, also when it is registered twice at the same moment', async () => {
  await server.admin.client.adminSettings.update.mutate({ registration: 'open' });
  const answers = await Promise.all([register('twice@example.com'), register('TWICE@example.com')]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  const refused = answers.find(({ status }) => status === 409);
  expect(refused?.error.data).toMatchObject({
    appCode: 'conflict',
    fieldErrors: { email: 'There is already an account with this e-mail address.' },
  });
  const em = server.container.orm.em.fork();
  const [count] = await em.execute(
    "select count(*)::int as organisations from aigcspace.organisations where name = 'Visitor'",
  );
  expect(count).toEqual({ organisations: 2 });
});
