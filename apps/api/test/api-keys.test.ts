import { platformKeyKind } from '@aigc/shared/platform-key';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureOf } from './support/failure.ts';
import { labelled } from './support/labelled.ts';
import { startTestServer, type TestServer, type TestUser } from './support/test-server.ts';

let server: TestServer;
let user: TestUser;
beforeAll(async () => {
  server = await startTestServer();
  user = await server.createUser();
});
afterAll(() => server.close());

const rowOf = async (id: number) => {
  const rows = await server.container.orm.em
    .fork()
    .execute<Record<string, unknown>[]>('select * from aigcspace.platform_api_key where id = ?', [id]);
  return rows[0];
};

test.each(['model', 'management'] as const)(
  'a %s key is shown whole once and kept only as a hash',
  async (kind) => {
    const created = await user.client.keys.create.mutate({ name: 'My key', kind });
    expect(platformKeyKind(created.api_key)).toBe(kind);
    expect(created).toMatchObject({
      name: 'My key',
      kind,
      status: 'active',
      last_used_at: null,
      api_key_prefix: created.api_key.slice(0, 12),
      last_four: created.api_key.slice(-4),
    });
    const { items } = await user.client.keys.list.query();
    expect(items[0]).toEqual(
      Object.fromEntries(Object.entries(created).filter(([name]) => name !== 'api_key')),
    );
    expect(JSON.stringify(await rowOf(created.id))).not.toContain(created.api_key.slice(8));
  },
);

test('keys are listed newest first', async () => {
  const owner = await server.createUser();
  for (const name of ['first', 'second', 'third']) await owner.client.keys.create.mutate({ name });
  const { items } = await owner.client.keys.list.query();
  expect(items.map(({ name }) => name)).toEqual(['third', 'second', 'first']);
});

test('a key is renamed, disabled, enabled, and each change is written down', async () => {
  const { id } = await user.client.keys.create.mutate({ name: 'Before' });
  expect(await user.client.keys.update.mutate({ id, name: '  After ' })).toMatchObject({
    name: 'After',
    status: 'active',
  });
  expect(await user.client.keys.update.mutate({ id, status: 'disabled' })).toMatchObject({
    name: 'After',
    status: 'disabled',
  });
  expect((await user.client.keys.update.mutate({ id, status: 'active' })).status).toBe('active');
  const audit = await server.container.orm.em
    .fork()
    .execute(
      "select action, before, after from aigcspace.audit_log where target_type = 'api_key' and target_id = ? order by id",
      [String(id)],
    );
  expect(audit).toMatchObject([
    { action: 'api_key.create', after: { name: 'Before', kind: 'model' } },
    { action: 'api_key.update', before: { name: 'Before' }, after: { name: 'After' } },
    { action: 'api_key.update', before: { status: 'active' }, after: { status: 'disabled' } },
    { action: 'api_key.update', before: { status: 'disabled' }, after: { status: 'active' } },
  ]);
});

test('a deleted key is gone, and so is its hash', async () => {
  const { id } = await user.client.keys.create.mutate({ name: 'Gone' });
  expect(await user.client.keys.delete.mutate({ id })).toEqual({ ok: true });
  expect(await rowOf(id)).toBeUndefined();
  expect(await failureOf(user.client.keys.delete.mutate({ id }))).toMatchObject({
    httpStatus: 404,
    appCode: 'not_found',
    param: 'id',
  });
});

test.each(
  labelled([
    [{}, 'missing_field', 'is required'],
    [{ name: '' }, 'invalid_field', 'must not be empty'],
    [{ name: '   ' }, 'invalid_field', 'must not be empty'],
    [{ name: 'x'.repeat(101) }, 'invalid_field', 'at most 100 characters'],
    [{ name: 5 }, 'invalid_field', 'must be a string'],
    [{ name: 'a\0b' }, 'invalid_field', 'control characters'],
  ]),
)('%s is refused beside the name', async (_, input, appCode, message) => {
  const answer = await server.call('keys.create', input, { cookie: user.cookie });
  expect(answer.error.data).toMatchObject({
    httpStatus: 400,
    appCode,
    param: 'name',
    fieldErrors: { name: expect.stringContaining(message) },
  });
});

test.each([[{ id: 0 }], [{ id: '1' }], [{ id: 1.5 }], [{ id: 2_147_483_648 }], [{}]])(
  'an id of %j is refused',
  async (input) => {
    const answer = await server.call('keys.update', input, { cookie: user.cookie });
    expect(answer.error.data).toMatchObject({ httpStatus: 400, param: 'id' });
  },
);

test('a hundred keys are the most, also when they are made at the same moment', async () => {
  const owner = await server.createUser();
  const em = server.container.orm.em.fork();
  const { id } = await owner.client.keys.create.mutate({ name: 'one' });
  await em.execute(
    `insert into aigcspace.platform_api_key (user_id, project_id, api_key, pepper_id, api_key_prefix, last_four, name)
     select user_id, project_id, api_key || n, pepper_id, api_key_prefix, last_four, name
     from aigcspace.platform_api_key, generate_series(1, 97) n where id = ?`,
    [id],
  );
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => server.call('keys.create', { name: 'more' }, { cookie: owner.cookie })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
  const refused = answers.find(({ status }) => status !== 200);
  expect(refused?.error).toMatchObject({
    message: expect.stringContaining('100 API keys'),
    data: { httpStatus: 409, appCode: 'conflict' },
  });
});
