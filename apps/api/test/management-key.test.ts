import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

test('a management key speaks for its owner over tRPC, from any host and without an origin', async () => {
  const user = await server.createUser();
  const { api_key: key } = await user.client.keys.create.mutate({ name: 'Tool', kind: 'management' });
  const tool = server.client({ ...bearer(key), origin: 'https://tool.example' });
  expect((await tool.viewer.get.query()).viewer?.id).toBe(user.id);
  await tool.account.update.mutate({ name: 'By the tool' });
  expect((await user.client.viewer.get.query()).viewer?.name).toBe('By the tool');
  const [audited] = await server.container.orm.em
    .fork()
    .execute("select actor_kind from aigcspace.audit_log where action = 'user.update_profile'");
  expect(audited).toEqual({ actor_kind: 'management_key' });
});

test('it may do neither more than its owner nor what belongs to a person', async () => {
  const user = await server.createUser();
  const { api_key: key } = await user.client.keys.create.mutate({ name: 'Tool', kind: 'management' });
  const refusals = [
    await server.call('adminUsers.list', undefined, bearer(key)),
    await server.call(
      'account.changePassword',
      { current_password: 'x', new_password: 'long enough' },
      bearer(key),
    ),
    await server.call('account.revokeOtherSessions', {}, bearer(key)),
    await server.call('auth.signOut', {}, bearer(key)),
  ];
  expect(refusals.map(({ status, error }) => [status, error.data.appCode])).toEqual(
    refusals.map(() => [403, 'forbidden']),
  );
});

test('a key is refused with its reason, on public procedures too', async () => {
  const user = await server.createUser();
  const created = await user.client.keys.create.mutate({ name: 'Tool', kind: 'management' });
  await user.client.keys.update.mutate({ id: created.id, status: 'disabled' });
  const other = await user.client.keys.create.mutate({ name: 'Other', kind: 'management' });
  await server.admin.client.adminUsers.update.mutate({ id: user.id, status: 'deactivated' });
  const ask = (key: string) =>
    server.call('viewer.get', undefined, bearer(key)).then(({ error }) => error.data.appCode);
  expect(await ask(created.api_key)).toBe('key_disabled');
  expect(await ask(other.api_key)).toBe('user_deactivated');
  expect(await ask(server.adminKey)).toBe('key_kind_not_allowed');
  expect(await ask(`${created.api_key.slice(0, -1)}!`)).toBe('invalid_api_key');
  expect(await ask(`mk-aigc-${'0'.repeat(34)}0iqUEf`)).toBe('invalid_api_key');
});
