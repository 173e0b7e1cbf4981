import { afterAll, beforeAll, expect, test } from 'vitest';
import { sessionCookie, startTestServer, TEST_PASSWORD, type TestServer } from './support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const signIn = (email: string, password: string) => server.call('auth.signIn', { email, password });

test('an unknown address and a wrong password get the same answer', async () => {
  const user = await server.createUser();
  const [unknown, wrong] = [
    await signIn('nobody@example.com', TEST_PASSWORD),
    await signIn(user.email, 'wrong'),
  ];
  expect(unknown.status).toBe(401);
  expect(unknown.error.data.appCode).toBe('invalid_credentials');
  expect(unknown.headers.getSetCookie()).toEqual([]);
  expect({ ...wrong.error.data, requestId: '' }).toEqual({ ...unknown.error.data, requestId: '' });
  expect(wrong.error.message).toBe(unknown.error.message);
});

test('an address is the same in capital letters', async () => {
  const user = await server.createUser({ email: 'Capital@Example.com' });
  expect(user.email).toBe('Capital@Example.com');
  expect((await signIn('  CAPITAL@example.COM ', TEST_PASSWORD)).status).toBe(200);
});

test('the cookie arrives with a streamed batch too', async () => {
  const user = await server.createUser();
  const response = await fetch(`${server.origin}/trpc/auth.signIn?batch=1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'trpc-accept': 'application/jsonl' },
    body: JSON.stringify({ 0: { email: user.email, password: TEST_PASSWORD } }),
  });
  const body = await response.text();
  expect(body).toContain('"ok":true');
  const { viewer } = await server.client({ cookie: sessionCookie(response.headers) }).viewer.get.query();
  expect(viewer?.id).toBe(user.id);
});

test('after ten failures on an account even the right password waits, with a Retry-After', async () => {
  const user = await server.createUser();
  const guesses = await Promise.all(
    Array.from({ length: 12 }, (_, turn) => signIn(user.email, `guess ${turn}`)),
  );
  expect(guesses.filter(({ status }) => status === 401)).toHaveLength(10);
  const refused = await signIn(user.email, TEST_PASSWORD);
  expect(refused.status).toBe(429);
  expect(refused.error.data).toMatchObject({ appCode: 'rate_limit_exceeded', code: 'TOO_MANY_REQUESTS' });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60);
  expect(refused.error.message).toMatch(/^Too many attempts\. Try again in \d+ minutes\.$/);
  // The session from before goes on.
  expect((await user.client.viewer.get.query()).viewer?.id).toBe(user.id);
});

test('signing out ends the session and clears the cookie', async () => {
  const user = await server.createUser();
  const answer = await server.call('auth.signOut', {}, { cookie: user.cookie });
  expect(answer.status).toBe(200);
  expect(answer.headers.getSetCookie()[0]).toMatch(/^aigc_session=; .*Max-Age=0/);
  expect((await user.client.viewer.get.query()).viewer).toBeNull();
  expect((await server.call('auth.signOut', {}, { cookie: user.cookie })).error.data.appCode).toBe(
    'unauthenticated',
  );
});

test('sessions are listed by a public id and can be ended one by one or all others at once', async () => {
  const user = await server.createUser();
  const second = server.client({
    cookie: await server.signIn(user.email, TEST_PASSWORD),
    'user-agent': 'Second/1',
  });
  const third = server.client({ cookie: await server.signIn(user.email, TEST_PASSWORD) });
  const { items } = await user.client.account.sessions.query();
  expect(items).toHaveLength(3);
  expect(items.filter(({ current }) => current)).toHaveLength(1);
  for (const { id, ip } of items) {
    expect(id).toMatch(/^ses_/);
    expect(user.cookie).not.toContain(id);
    expect(ip).toBe('127.0.0.1');
  }
  const own = (await third.account.sessions.query()).items.find(({ current }) => current);
  await user.client.account.revokeSession.mutate({ id: own?.id ?? '' });
  expect((await third.viewer.get.query()).viewer).toBeNull();
  expect((await second.viewer.get.query()).viewer?.id).toBe(user.id);
  await user.client.account.revokeOtherSessions.mutate();
  expect((await second.viewer.get.query()).viewer).toBeNull();
  expect((await user.client.account.sessions.query()).items).toHaveLength(1);
});

test('another user’s session is not found', async () => {
  const [user, other] = [await server.createUser(), await server.createUser()];
  const [session] = (await other.client.account.sessions.query()).items;
  const answer = await server.call('account.revokeSession', { id: session?.id }, { cookie: user.cookie });
  expect(answer.error.data).toMatchObject({ appCode: 'not_found', httpStatus: 404 });
  expect((await other.client.viewer.get.query()).viewer?.id).toBe(other.id);
});

test('a new password ends the other sessions, and the old password with them', async () => {
  const user = await server.createUser();
  const other = server.client({ cookie: await server.signIn(user.email, TEST_PASSWORD) });
  const wrong = await server.call(
    'account.changePassword',
    { current_password: 'not this', new_password: 'a new password' },
    { cookie: user.cookie },
  );
  expect(wrong.error.data).toMatchObject({
    appCode: 'invalid_field',
    fieldErrors: { current_password: 'The current password is wrong.' },
  });
  expect((await other.viewer.get.query()).viewer?.id).toBe(user.id);

  await user.client.account.changePassword.mutate({
    current_password: TEST_PASSWORD,
    new_password: 'a new password',
  });
  expect((await other.viewer.get.query()).viewer).toBeNull();
  expect((await user.client.viewer.get.query()).viewer?.id).toBe(user.id);
  expect((await signIn(user.email, TEST_PASSWORD)).status).toBe(401);
  expect((await signIn(user.email, 'a new password')).status).toBe(200);
});

test('name, language and theme are kept', async () => {
  const user = await server.createUser();
  await user.client.account.update.mutate({ locale: 'zh-CN', theme: 'dark' });
  await user.client.account.update.mutate({ name: '  艾达 ' });
  expect((await user.client.viewer.get.query()).viewer).toMatchObject({
    name: '艾达',
    locale: 'zh-CN',
    theme: 'dark',
  });
});

test('a session is renewed, with its cookie, when half of its thirty days have passed', async () => {
  const user = await server.createUser();
  const em = server.container.orm.em.fork();
  const age = (days: number) =>
    em.execute("update aigcspace.sessions set expires_at = now() + ? * interval '1 day' where user_id = ?", [
      days,
      user.id,
    ]);
  await age(16);
  expect(
    (await server.call('viewer.get', undefined, { cookie: user.cookie })).headers.getSetCookie(),
  ).toEqual([]);
  await age(14);
  const renewed = await server.call('viewer.get', undefined, { cookie: user.cookie });
  expect(sessionCookie(renewed.headers)).toBe(user.cookie);
  const [session] = await em.execute<{ days: number }[]>(
    'select extract(epoch from expires_at - now())::float / 86400 as days from aigcspace.sessions where user_id = ?',
    [user.id],
  );
  expect(session?.days).toBeGreaterThan(29);
  await age(-1);
  expect((await user.client.viewer.get.query()).viewer).toBeNull();
  expect(await em.execute('select 1 from aigcspace.sessions where user_id = ?', [user.id])).toEqual([]);
});

test('what is not a session cookie is nobody', async () => {
  for (const cookie of [
    'aigc_session=',
    'aigc_session=%00',
    "aigc_session='; --",
    `aigc_session=${'a'.repeat(9_000)}`,
  ]) {
    expect((await server.client({ cookie }).viewer.get.query()).viewer).toBeNull();
  }
});
