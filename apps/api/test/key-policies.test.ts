import { afterAll, beforeAll, expect, test } from 'vitest';
import { labelled } from './support/labelled.ts';
import { startTestServer, type TestServer, type TestUser } from './support/test-server.ts';

let server: TestServer;
let user: TestUser;
beforeAll(async () => {
  server = await startTestServer();
  user = await server.createUser();
});
afterAll(() => server.close());

const FUTURE = '2099-01-01T00:00:00.000Z';
const query = <Row>(sql: string, parameters: unknown[] = []) =>
  server.container.orm.em.fork().execute<Row[]>(sql, parameters);

/** As if a call of the key, that long ago, had been entered. */
const spend = (keyId: number, cost: string, age: string) =>
  query(
    `insert into aigcspace.call_rollups as r (hour, user_id, organisation_id, api_key_id, model_name, is_local, calls, cost)
     values (date_trunc('hour', now() - ?::interval, 'UTC'), ?, 'org', ?, 'm', false, 1, ?)
     on conflict (hour, user_id, organisation_id, api_key_id, model_name, is_local) do update set cost = r.cost + excluded.cost`,
    [age, user.id, keyId, cost],
  );

const POLICY = {
  expires_at: FUTURE,
  allowed_models: ['demo-chat', 'qwen-plus'],
  allowed_ips: ['192.0.2.7', '10.0.0.0/8', '2001:db8::/32'],
  rpm_limit: 60,
  tpm_limit: 100_000,
  concurrency_limit: 4,
  budget: '12.5',
  budget_period: 'month' as const,
};

test('a key is made with its bounds, lists show them, and null removes each', async () => {
  const created = await user.client.keys.create.mutate({ name: 'Bound', ...POLICY });
  expect(created).toMatchObject({ ...POLICY, budget_spent: '0', previous_valid_until: null });
  expect(created.budget_resets_at).toMatch(/^\d{4}-\d{2}-01T00:00:00\.000Z$/);
  const { items } = await user.client.keys.list.query();
  expect(items.find(({ id }) => id === created.id)).toMatchObject(POLICY);
  const none = {
    expires_at: null,
    allowed_models: null,
    allowed_ips: null,
    rpm_limit: null,
    tpm_limit: null,
    concurrency_limit: null,
    budget: null,
  };
  expect(await user.client.keys.update.mutate({ id: created.id, name: 'Renamed' })).toMatchObject(POLICY);
  expect(await user.client.keys.update.mutate({ id: created.id, ...none })).toMatchObject({
    ...none,
    budget_period: null,
    budget_spent: null,
    budget_resets_at: null,
  });
  const audit = await query<{ before: unknown; after: unknown }>(
    "select before, after from aigcspace.audit_log where action = 'api_key.update' and target_id = ? order by id desc limit 1",
    [String(created.id)],
  );
  expect(audit[0]).toMatchObject({ before: POLICY, after: none });
});

test('the budget shows what was spent in its current period', async () => {
  const key = await user.client.keys.create.mutate({ name: 'Spender', budget: '10', budget_period: 'day' });
  await query(
    `insert into aigcspace.key_budgets (key_id, period, period_start, spent) values
       (?, 'day', (now() at time zone 'UTC')::date, 3.25), (?, 'day', (now() at time zone 'UTC')::date - 1, 9)`,
    [key.id, key.id],
  );
  await spend(key.id, '3.25', '0 days');
  await spend(key.id, '9', '1 day');
  const spentOf = async () =>
    (await user.client.keys.list.query()).items.find(({ id }) => id === key.id)?.budget_spent;
  expect(await spentOf()).toBe('3.25');
  await user.client.keys.update.mutate({ id: key.id, budget_period: 'total' });
  expect(await spentOf()).toBe('12.25');
});

test.each(
  labelled([
    [{ expires_at: '2001-01-01T00:00:00Z' }, 'invalid_field', 'expires_at', 'must be in the future'],
    [{ expires_at: 'tomorrow' }, 'invalid_field', 'expires_at', ''],
    [{ allowed_models: [] }, 'invalid_field', 'allowed_models', ''],
    [
      { allowed_models: Array.from({ length: 101 }, (_, n) => `m${n}`) },
      'invalid_field',
      'allowed_models',
      '100',
    ],
    [{ allowed_models: [''] }, 'invalid_field', 'allowed_models.0', 'must not be empty'],
    [{ allowed_ips: ['300.1.1.1'] }, 'invalid_field', 'allowed_ips.0', 'must be an address'],
    [{ allowed_ips: ['10.0.0.0/33'] }, 'invalid_field', 'allowed_ips.0', 'must be an address'],
    [{ allowed_ips: ['example.com'] }, 'invalid_field', 'allowed_ips.0', 'must be an address'],
    [{ rpm_limit: 0 }, 'invalid_field', 'rpm_limit', '1'],
    [{ tpm_limit: 1.5 }, 'invalid_field', 'tpm_limit', 'whole number'],
    [{ concurrency_limit: 1_000_000_001 }, 'invalid_field', 'concurrency_limit', '1000000000'],
    [{ budget: '0.00', budget_period: 'day' }, 'invalid_field', 'budget', 'greater than 0'],
    [{ budget: '-1', budget_period: 'day' }, 'invalid_field', 'budget', 'not negative'],
    [{ budget: '1' }, 'missing_field', 'budget_period', 'required'],
    [{ budget_period: 'day' }, 'missing_field', 'budget', 'required'],
    [{ budget: '1', budget_period: 'year' }, 'invalid_field', 'budget_period', ''],
    [{ kind: 'management', rpm_limit: 5 }, 'invalid_field', 'rpm_limit', 'management key'],
    [{ kind: 'management', budget: '5', budget_period: 'day' }, 'invalid_field', 'budget', 'management key'],
  ]),
)('%s is refused by field and limit', async (_, input, appCode, param, message) => {
  const answer = await server.call('keys.create', { name: 'x', ...input }, { cookie: user.cookie });
  expect(answer.error.data).toMatchObject({ httpStatus: 400, appCode, param });
  expect(answer.error.message).toContain(message);
});

test('a rotated key keeps its row; the text before works until its grace ends, and at once not without', async () => {
  const key = await user.client.keys.create.mutate({ name: 'Rotated', kind: 'management' });
  const status = (text: string) =>
    server
      .call('viewer.get', undefined, { authorization: `Bearer ${text}` })
      .then(({ status: code, error }) => (code === 200 ? 'ok' : error.data.appCode));
  const second = await user.client.keys.rotate.mutate({ id: key.id, grace_seconds: 3_600 });
  expect(second).toMatchObject({ id: key.id, name: 'Rotated' });
  expect(Date.parse(second.previous_valid_until ?? '')).toBeGreaterThan(Date.now());
  expect(second.api_key).not.toBe(key.api_key);
  expect([await status(key.api_key), await status(second.api_key)]).toEqual(['ok', 'ok']);
  await query(
    "update aigcspace.platform_api_key set previous_valid_until = now() - interval '1 second' where id = ?",
    [key.id],
  );
  expect([await status(key.api_key), await status(second.api_key)]).toEqual(['key_expired', 'ok']);
  const third = await user.client.keys.rotate.mutate({ id: key.id, grace_seconds: 0 });
  expect(third.previous_valid_until).toBeNull();
  expect([await status(second.api_key), await status(third.api_key)]).toEqual(['invalid_api_key', 'ok']);
  const audit = await query<{ after: object }>(
    "select before, after from aigcspace.audit_log where action = 'api_key.rotate' and target_id = ? order by id",
    [String(key.id)],
  );
  expect(audit).toMatchObject([
    { before: { last_four: key.last_four }, after: { last_four: second.last_four } },
    { before: { last_four: second.last_four }, after: { previous_valid_until: null } },
  ]);
  expect(JSON.stringify(audit)).not.toContain(second.api_key.slice(12, 30));
});

test('a management key ends at its expiry and works from its addresses alone', async () => {
  const key = await user.client.keys.create.mutate({
    name: 'Tool',
    kind: 'management',
    expires_at: FUTURE,
    allowed_ips: ['127.0.0.0/8', '::1'],
  });
  const ask = () => server.call('viewer.get', undefined, { authorization: `Bearer ${key.api_key}` });
  expect((await ask()).status).toBe(200);
  await user.client.keys.update.mutate({ id: key.id, allowed_ips: ['192.0.2.7'] });
  expect((await ask()).error.data).toMatchObject({ httpStatus: 403, appCode: 'ip_not_allowed' });
  await query('update aigcspace.platform_api_key set expires_at = now() where id = ?', [key.id]);
  expect((await ask()).error.data).toMatchObject({ httpStatus: 403, appCode: 'key_expired' });
});

test('an administrator limits a user and a model, and both are written down', async () => {
  const { admin } = server;
  const limits = { rpm_limit: 10, tpm_limit: 20_000, concurrency_limit: 3 };
  expect(await admin.client.adminUsers.update.mutate({ id: user.id, ...limits })).toMatchObject(limits);
  const { items: users } = await admin.client.adminUsers.list.query();
  expect(users.find(({ id }) => id === user.id)).toMatchObject(limits);
  expect(await admin.client.adminUsers.update.mutate({ id: user.id, rpm_limit: null })).toMatchObject({
    ...limits,
    rpm_limit: null,
  });
  const { items: providers } = await admin.client.adminProviders.list.query();
  const model = await admin.client.adminModels.create.mutate({
    title: 'limited',
    provider_id: providers[0]?.id ?? 0,
    ...limits,
  });
  expect(model).toMatchObject(limits);
  expect(
    await admin.client.adminModels.update.mutate({ id: model.id, concurrency_limit: null }),
  ).toMatchObject({ ...limits, concurrency_limit: null });
  const audit = await query(
    "select action, after from aigcspace.audit_log where action in ('user.update', 'model.update') order by id",
  );
  expect(audit).toEqual([
    { action: 'user.update', after: limits },
    { action: 'user.update', after: { rpm_limit: null } },
    { action: 'model.update', after: { concurrency_limit: null } },
  ]);
});

test('a budget that was taken away and is set again counts what was spent in between', async () => {
  const key = await user.client.keys.create.mutate({ name: 'Again', budget: '10', budget_period: 'month' });
  await spend(key.id, '1.25', '0 days');
  const raised = await user.client.keys.update.mutate({ id: key.id, budget: '20' });
  expect(raised.budget_spent).toBe('1.25');
  await user.client.keys.update.mutate({ id: key.id, budget: null });
  await spend(key.id, '2.5', '0 days');
  const again = await user.client.keys.update.mutate({ id: key.id, budget: '20', budget_period: 'month' });
  expect(again.budget_spent).toBe('3.75');
});
