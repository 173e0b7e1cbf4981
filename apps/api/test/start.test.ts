import { randomBytes } from 'node:crypto';
import { generatePlatformKey } from '@aigc/shared/platform-key';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';
import { startTestServer, TEST_PASSWORD, TEST_SECRET_KEYS } from './support/test-server.ts';

/** What starts find in the database and the environment. */
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase('empty');
});
afterAll(() => database.drop());

const key = generatePlatformKey();
const headless = {
  INIT_ADMIN_EMAIL: 'Ops@Example.com',
  INIT_ADMIN_PASSWORD: TEST_PASSWORD,
  INIT_API_KEY: key,
};

/** Starts on the shared database, looks, and stops. */
async function starting<T>(
  env: Record<string, string>,
  look: (server: Awaited<ReturnType<typeof startTestServer>>) => Promise<T>,
): Promise<T> {
  const server = await startTestServer({ env, isSetUp: false, connectionString: database.connectionString });
  try {
    return await look(server);
  } finally {
    await server.close();
  }
}

const keyStatus = (origin: string, given = key) =>
  fetch(`${origin}/v1/models`, { headers: { authorization: `Bearer ${given}` } }).then(
    ({ status }) => status,
  );

test('two processes that start together on an empty database migrate it once and both serve', async () => {
  const options = { env: headless, isSetUp: false, connectionString: database.connectionString };
  const servers = await Promise.all([startTestServer(options), startTestServer(options)]);
  for (const { origin } of servers) {
    expect((await fetch(`${origin}/readyz`)).status).toBe(200);
    expect(await keyStatus(origin)).toBe(200);
  }
  const em = servers[0].container.orm.em.fork();
  const [counts] = await em.execute(
    'select (select count(*)::int from aigcspace.users) as users, (select count(*)::int from aigcspace.platform_api_key) as keys',
  );
  expect(counts).toEqual({ users: 1, keys: 1 });
  await Promise.all(servers.map((server) => server.close()));
});

test('headless set-up makes the administrator and exactly the given key, once', async () => {
  await starting(headless, async (server) => {
    expect(server.app.setupToken).toBeNull();
    const client = server.client({ cookie: await server.signIn('ops@example.com', TEST_PASSWORD) });
    expect((await client.viewer.get.query()).viewer).toMatchObject({ role: 'admin', name: 'ops' });
    const [own, ...others] = await client.keys.list.query().then(({ items }) => items);
    expect(others).toEqual([]);
    expect(own).toMatchObject({ last_four: key.slice(-4), status: 'active' });
    await client.account.changePassword.mutate({
      current_password: TEST_PASSWORD,
      new_password: 'changed later',
    });
    await client.keys.update.mutate({ id: own?.id ?? 0, status: 'disabled' });
  });
});

test('a later start with the same environment resets no password and revives no disabled key', async () => {
  await starting(headless, async (server) => {
    expect(await keyStatus(server.origin)).toBe(403);
    const client = server.client({ cookie: await server.signIn('ops@example.com', 'changed later') });
    const [own] = await client.keys.list.query().then(({ items }) => items);
    await client.keys.delete.mutate({ id: own?.id ?? 0 });
  });
  await starting(headless, async (server) => expect(await keyStatus(server.origin)).toBe(401));
});

test('another INIT_API_KEY is made beside the first', async () => {
  const second = generatePlatformKey();
  await starting({ ...headless, INIT_API_KEY: second }, async ({ origin }) => {
    expect(await keyStatus(origin, second)).toBe(200);
  });
});

test('a start with another key-encryption key under the same id is refused, and names no key', async () => {
  const wrong = randomBytes(32).toString('base64');
  const start = starting({ SECRET_KEYS: `1:${wrong}` }, async () => undefined);
  await expect(start).rejects.toThrow('SECRET_KEYS holds another key 1 than');
  await start.catch((error: unknown) => expect(String(error)).not.toContain(wrong));
});

test('a start without a key-encryption key that the database was installed with is refused', async () => {
  await expect(
    starting({ SECRET_KEYS: `2:${randomBytes(32).toString('base64')}` }, async () => undefined),
  ).rejects.toThrow('SECRET_KEYS lacks key 1');
  await expect(starting({ SECRET_KEYS: '' }, async () => undefined)).rejects.toThrow(
    'SECRET_KEYS is not set',
  );
});

test('a newer key-encryption key may be added in front, and then belongs to the database', async () => {
  const both = `2:${randomBytes(32).toString('base64')},${TEST_SECRET_KEYS}`;
  await starting({ SECRET_KEYS: both }, async ({ container }) => {
    expect(container.secrets.hashKey('x').pepperId).toBe(2);
  });
  await expect(starting({}, async () => undefined)).rejects.toThrow('SECRET_KEYS lacks key 2');
  await starting({ SECRET_KEYS: both }, async () => undefined);
});

test('INIT_API_KEY without anybody to own it is refused', async () => {
  const empty = await createTestDatabase();
  const env = { INIT_API_KEY: key };
  await expect(
    startTestServer({ env, isSetUp: false, connectionString: empty.connectionString }),
  ).rejects.toThrow('INIT_API_KEY needs an administrator');
  await empty.drop();
});

test('the currency cannot change once there is money', async () => {
  const own = await createTestDatabase();
  const options = { connectionString: own.connectionString };
  const server = await startTestServer({ ...options, env: { CURRENCY: 'EUR' } });
  expect((await server.client().viewer.get.query()).currency).toBe('EUR');
  await server.admin.client.adminBilling.topUp.mutate({ user_id: server.admin.id, amount: '5' });
  await server.close();
  await expect(startTestServer({ ...options, env: { CURRENCY: 'USD' } })).rejects.toThrow(
    'CURRENCY is USD, but prices and balances of this installation are in EUR',
  );
  const again = await startTestServer(options);
  expect((await again.client().viewer.get.query()).currency).toBe('EUR');
  await again.close();
  await own.drop();
});

test('the environment names the platform and its language until an administrator does', async () => {
  const own = await createTestDatabase();
  const options = { connectionString: own.connectionString, env: { DEFAULT_LOCALE: 'zh-CN' } };
  const server = await startTestServer(options);
  expect(await server.client().viewer.get.query()).toMatchObject({
    default_locale: 'zh-CN',
    platform_name: '大模型统一管理平台',
  });
  await server.admin.client.adminSettings.update.mutate({ platform_name: '我们的平台' });
  await server.close();
  const again = await startTestServer({ ...options, env: { PLATFORM_NAME: 'Models' } });
  expect((await again.client().viewer.get.query()).platform_name).toBe('我们的平台');
  await again.close();
  await own.drop();
});
