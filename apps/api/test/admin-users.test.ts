import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, TEST_PASSWORD, type TestServer } from './support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test('a user made by an administrator has an organisation, a project and an empty account', async () => {
  const { admin } = server;
  const created = await admin.client.adminUsers.create.mutate({
    name: 'Lin',
    email: 'lin@example.com',
    password: TEST_PASSWORD,
  });
  expect(created).toMatchObject({
    role: 'user',
    status: 'active',
    balance: '0',
    key_count: 0,
    last_seen_at: null,
  });
  const { items } = await admin.client.adminUsers.list.query();
  expect(items.map(({ email }) => email)).toEqual(['lin@example.com', 'admin@example.com']);
  expect(items[1]).toMatchObject({ key_count: 1, last_seen_at: expect.stringMatching(/Z$/) });
});

test('only administrators see and change users', async () => {
  const user = await server.createUser();
  for (const [path, input] of [
    ['adminUsers.list', undefined],
    ['adminUsers.create', { name: 'X', email: 'x@example.com', password: TEST_PASSWORD }],
    ['adminUsers.update', { id: user.id, role: 'admin' }],
    ['adminBilling.topUp', { user_id: user.id, amount: '1' }],
    ['adminSettings.get', undefined],
    ['adminSettings.update', { registration: 'open' }],
  ] as const) {
    const asUser = await server.call(path, input, { cookie: user.cookie });
    expect([path, asUser.status, asUser.error.data.appCode]).toEqual([path, 403, 'forbidden']);
    const asNobody = await server.call(path, input);
    expect([path, asNobody.status, asNobody.error.data.appCode]).toEqual([path, 401, 'unauthenticated']);
  }
  expect((await user.client.viewer.get.query()).viewer?.role).toBe('user');
});

test('a deactivated user is out at once and cannot sign in until reactivated', async () => {
  const user = await server.createUser();
  const { adminUsers } = server.admin.client;
  await adminUsers.update.mutate({ id: user.id, status: 'deactivated' });
  expect((await user.client.viewer.get.query()).viewer).toBeNull();
  const refused = await server.call('auth.signIn', { email: user.email, password: user.password });
  expect(refused.error.data).toMatchObject({ appCode: 'user_deactivated', httpStatus: 403 });
  const guess = await server.call('auth.signIn', { email: user.email, password: 'wrong' });
  expect(guess.error.data.appCode).toBe('invalid_credentials');
  await adminUsers.update.mutate({ id: user.id, status: 'active' });
  expect(await server.signIn(user.email, user.password)).not.toBe('');
});

test('an administrator gives a user another password, which ends their sessions', async () => {
  const user = await server.createUser();
  const { adminUsers } = server.admin.client;
  await adminUsers.resetPassword.mutate({ id: user.id, password: 'another password' });
  expect((await user.client.viewer.get.query()).viewer).toBeNull();
  const old = await server.call('auth.signIn', { email: user.email, password: user.password });
  expect(old.error.data.appCode).toBe('invalid_credentials');
  expect(await server.signIn(user.email, 'another password')).not.toBe('');
  const unknown = adminUsers.resetPassword.mutate({ id: 'usr_nobody', password: 'another password' });
  await expect(unknown).rejects.toMatchObject({ data: { appCode: 'not_found' } });
});

test('the last active administrator can be neither demoted nor deactivated', async () => {
  const { admin } = server;
  for (const change of [{ role: 'user' }, { status: 'deactivated' }]) {
    const answer = await server.call(
      'adminUsers.update',
      { id: admin.id, ...change },
      { cookie: admin.cookie },
    );
    expect(answer.error.data).toMatchObject({ appCode: 'conflict', param: Object.keys(change)[0] });
  }
});

test('of two administrators who demote each other at the same moment one stays', async () => {
  const second = await server.createUser({ role: 'admin' });
  const { admin } = server;
  const answers = await Promise.all([
    server.call('adminUsers.update', { id: second.id, role: 'user' }, { cookie: admin.cookie }),
    server.call('adminUsers.update', { id: admin.id, role: 'user' }, { cookie: second.cookie }),
  ]);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  const em = server.container.orm.em.fork();
  const [count] = await em.execute(
    "select count(*)::int as admins from aigcspace.users where role = 'admin'",
  );
  expect(count).toEqual({ admins: 1 });
  await em.execute("update aigcspace.users set role = 'admin' where id = ?", [admin.id]);
});

test('an address that is taken, and a user who does not exist, are told', async () => {
  const { admin } = server;
  const taken = await server.call(
    'adminUsers.create',
    { name: 'X', email: admin.email, password: TEST_PASSWORD },
    { cookie: admin.cookie },
  );
  expect(taken.error.data).toMatchObject({ appCode: 'conflict', param: 'email' });
  const unknown = await server.call(
    'adminUsers.update',
    { id: 'usr_none', name: 'X' },
    { cookie: admin.cookie },
  );
  expect(unknown.error.data).toMatchObject({ appCode: 'not_found', param: 'id' });
});

test('every change names who made it, without passwords', async () => {
  const { admin } = server;
  const user = await server.createUser();
  await admin.client.adminUsers.update.mutate({ id: user.id, name: 'Renamed' });
  const rows = await server.container.orm.em
    .fork()
    .execute('select * from aigcspace.audit_log where target_id = ? order by id', [user.id]);
  expect(rows).toMatchObject([
    { action: 'user.create', actor_user_id: admin.id, ip: '127.0.0.1', after: { email: user.email } },
    { action: 'user.update', before: { name: 'Somebody' }, after: { name: 'Renamed' } },
  ]);
  expect(JSON.stringify(rows)).not.toContain(TEST_PASSWORD);
});
