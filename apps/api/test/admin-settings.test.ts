import { afterAll, beforeAll, expect, test } from 'vitest';
import { callLogger } from './support/logged-calls.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { UPSTREAM_ALLOW: '10.1.0.0/16:*', DEFAULT_LOCALE: 'en' } });
});
afterAll(() => server.close());

const update = (input: unknown) =>
  server.call('adminSettings.update', input, { cookie: server.admin.cookie });

test('an administrator sees what is set, with what the environment fixes', async () => {
  expect(await server.admin.client.adminSettings.get.query()).toEqual({
    platform_name: 'AIGC Space',
    version: expect.any(Number) as unknown,
    registration: 'closed',
    default_locale: 'en',
    currency: 'CNY',
    currency_fixed_by: null,
    sources: {
      platform_name: 'default',
      registration: 'default',
      default_locale: 'environment',
      currency: 'panel',
    },
    log_retention_days: null,
    body_log_mode: 'off',
    body_log_max_bytes: 65_536,
    body_log_keep_days: 7,
    upstream_allow: [],
    upstream_allow_fixed: ['10.1.0.0/16:*'],
    loopback_allowed: true,
  });
});

test('an address is allowed from the moment that it is saved, and refused from when it is removed', async () => {
  const { outbound, deps } = server.container;
  const target = new URL('http://192.168.7.7:11434/v1');
  expect(deps().checkAddress(target)).toEqual({ allowed: false, allowEntry: '192.168.7.7:11434' });
  await server.admin.client.adminSettings.update.mutate({ upstream_allow: ['192.168.7.7:11434'] });
  expect(deps().checkAddress(target)).toEqual({ allowed: true });
  expect(outbound.policy.allow.entries.map(({ text }) => text)).toEqual([
    '10.1.0.0/16:*',
    '192.168.7.7:11434',
  ]);
  await server.admin.client.adminSettings.update.mutate({ upstream_allow: [] });
  expect(deps().checkAddress(target).allowed).toBe(false);
});

test('another process on the same database hears of it', async () => {
  const connectionString = server.container.env.databaseUrl ?? '';
  const other = await startTestServer({ isSetUp: false, connectionString });
  const target = new URL('http://192.168.8.8:1234/v1');
  await server.admin.client.adminSettings.update.mutate({ upstream_allow: ['192.168.8.8:1234'] });
  await expect
    .poll(() => other.container.deps().checkAddress(target).allowed, { timeout: 10_000 })
    .toBe(true);
  await other.close();
});

test('an entry that cannot be read is named, and nothing of the form is saved', async () => {
  const answer = await update({ platform_name: 'Half', upstream_allow: ['10.0.0.1:80', 'no port here'] });
  expect(answer.status).toBe(400);
  expect(answer.error.data).toMatchObject({
    appCode: 'invalid_field',
    param: 'upstream_allow',
    fieldErrors: { 'upstream_allow.1': expect.stringContaining('no port') },
  });
  expect((await server.admin.client.adminSettings.get.query()).platform_name).toBe('AIGC Space');
});

test.each([
  [{ platform_name: '' }, 'platform_name', 'must not be empty'],
  [{ platform_name: 'x'.repeat(101) }, 'platform_name', 'must have at most 100 characters'],
  [{ registration: 'invite' }, 'registration', 'must be one of closed, open'],
  [{ upstream_allow: 'x' }, 'upstream_allow', 'must be a list'],
])('%j is refused beside its field', async (input, field, message) => {
  expect((await update(input)).error.data).toMatchObject({ fieldErrors: { [field]: message } });
});

test('the language of newcomers is a setting, and the name follows it until somebody gives one', async () => {
  const { adminSettings, viewer } = server.admin.client;
  const changed = await adminSettings.update.mutate({ default_locale: 'zh-CN' });
  expect(changed).toMatchObject({ default_locale: 'zh-CN', sources: { default_locale: 'panel' } });
  expect((await viewer.get.query()).default_locale).toBe('zh-CN');
  await adminSettings.update.mutate({ default_locale: 'en' });
});

test('what another retention would delete is told before it is chosen', async () => {
  const log = await callLogger(server.container, server.admin.id);
  const { adminSettings } = server.admin.client;
  expect(await adminSettings.retention.query({ days: 30 })).toMatchObject({ calls: 0, oldest: null });
  const createdAt = new Date(Date.now() - 40 * 86_400_000).toISOString();
  await log({ model: 'm', bill: '0', createdAt });
  const preview = await adminSettings.retention.query({ days: 30 });
  expect(preview).toMatchObject({ calls: 1, oldest: createdAt });
});

test('the currency is free while there is no money, and fixed from then on', async () => {
  const { adminSettings, adminBilling } = server.admin.client;
  expect(await adminSettings.update.mutate({ currency: 'USD' })).toMatchObject({
    currency: 'USD',
    currency_fixed_by: null,
  });
  await adminBilling.topUp.mutate({ user_id: server.admin.id, amount: '1' });
  expect(await adminSettings.get.query()).toMatchObject({ currency: 'USD', currency_fixed_by: 'money' });
  const answer = await update({ currency: 'EUR' });
  expect(answer.error.data).toMatchObject({ appCode: 'invalid_field', param: 'currency' });
  expect((await adminSettings.get.query()).currency).toBe('USD');
});
