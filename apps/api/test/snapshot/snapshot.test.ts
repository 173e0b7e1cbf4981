import { providerKeyBinding } from '@aigc/core/upstreams/secret-bindings';
import { generatePlatformKey } from '@aigc/shared/platform-key';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSnapshotWorld, type SnapshotWorld } from './snapshot-world.ts';

let world: SnapshotWorld;
beforeAll(async () => {
  world = await openSnapshotWorld();
});
afterAll(() => world.close());

test('a key is found with its owner, account, limits, lists and budget', async () => {
  const owner = await world.createKeyOwner();
  await world.query('update aigcspace.users set rpm_limit = 10 where id = ?', [owner.userId]);
  await world.query(
    `update aigcspace.platform_api_key set tpm_limit = 1000, expires_at = '2030-01-01T00:00:00Z',
       allowed_models = '["a", "b"]', allowed_ips = '["10.0.0.0/8", "2001:db8::1"]', budget = 2.5, budget_period = 'month'
     where id = ?`,
    [owner.keyId],
  );
  const snapshot = await world.openSnapshot();
  const entry = await snapshot.findKey(owner.key);
  expect(entry).toMatchObject({
    id: owner.keyId,
    status: 'active',
    expiresAtMs: Date.UTC(2030, 0, 1),
    owner: { id: owner.userId, status: 'active', limits: { rpm: 10, tpm: null, concurrency: null } },
    limits: { rpm: null, tpm: 1000, concurrency: null },
    budget: { keyId: owner.keyId, limit: 25_000_000_000n, period: 'month' },
    allowedModels: new Set(['a', 'b']),
  });
  expect(entry?.allowedAddresses?.check('10.20.30.40')).toBe(true);
  expect(entry?.allowedAddresses?.check('11.0.0.1')).toBe(false);
  expect(entry?.allowedAddresses?.check('2001:db8::1', 'ipv6')).toBe(true);
  expect(snapshot.findKey(owner.key), 'the second time memory answers at once').toBe(entry);
});

test('a key, a model and a user made a moment ago are there at once, without any notification', async () => {
  const snapshot = await world.openSnapshot({ hub: deafHub() });
  const owner = await world.createKeyOwner();
  expect(await snapshot.findKey(owner.key)).toMatchObject({ id: owner.keyId });
  const id = await world.addLocalModel({ title: 'mine', userId: owner.userId });
  expect(await snapshot.findModel('mine', owner.userId)).toMatchObject({ id, isLocal: true });
  expect(await snapshot.findUser((await world.createKeyOwner()).userId)).not.toBeNull();
});

test('a disabled, changed or deleted key and a deactivated owner are known within a second', async () => {
  const owner = await world.createKeyOwner();
  const snapshot = await world.openSnapshot();
  expect(await snapshot.findKey(owner.key)).toMatchObject({ status: 'active' });
  await world.query("update aigcspace.platform_api_key set status = 'disabled' where id = ?", [owner.keyId]);
  await withinASecond(() => expect(snapshot.findKey(owner.key)).toMatchObject({ status: 'disabled' }));
  await world.query("update aigcspace.users set status = 'deactivated' where id = ?", [owner.userId]);
  await withinASecond(() =>
    expect(snapshot.findKey(owner.key)).toMatchObject({ owner: { status: 'deactivated' } }),
  );
  await world.query('delete from aigcspace.platform_api_key where id = ?', [owner.keyId]);
  await withinASecond(async () => expect(await snapshot.findKey(owner.key)).toBeNull());
});

test('a change is known within a second although no notification arrives', async () => {
  const owner = await world.createKeyOwner();
  const snapshot = await world.openSnapshot({ hub: deafHub() });
  await world.query("update aigcspace.platform_api_key set status = 'disabled' where id = ?", [owner.keyId]);
  await withinASecond(() => expect(snapshot.findKey(owner.key)).toMatchObject({ status: 'disabled' }));
});

test('what was unknown is found within a second of its creation, however often it was asked for', async () => {
  const snapshot = await world.openSnapshot();
  const providerId = await world.addProvider();
  for (let round = 0; round < 50; round += 1) expect(await snapshot.findModel('late', 'usr_x')).toBeNull();
  await world.addCloudModel({ title: 'late', providerId });
  await withinASecond(async () =>
    expect(await snapshot.findModel('late', 'usr_x')).toMatchObject({ title: 'late' }),
  );
});

test('a key rotated with grace is found by both texts, the old one with the end of its grace', async () => {
  const owner = await world.createKeyOwner();
  const snapshot = await world.openSnapshot();
  expect(await snapshot.findKey(owner.key)).toMatchObject({ expiresAtMs: null });
  const key = generatePlatformKey();
  await world.query(
    `update aigcspace.platform_api_key set previous_api_key = api_key, previous_valid_until = '2030-01-01T00:00:00Z', api_key = ?
     where id = ?`,
    [world.secrets.hashKey(key).hash, owner.keyId],
  );
  expect(await snapshot.findKey(key)).toMatchObject({ id: owner.keyId, expiresAtMs: null });
  expect(await snapshot.findKey(owner.key)).toMatchObject({
    id: owner.keyId,
    expiresAtMs: Date.UTC(2030, 0, 1),
  });
});

test('a local model hides the cloud model of its title from its owner, and from nobody else', async () => {
  const [owner, other] = [await world.createKeyOwner(), await world.createKeyOwner()];
  const providerId = await world.addProvider();
  const cloud = await world.addCloudModel({ title: 'shared', providerId });
  const local = await world.addLocalModel({ title: 'shared', userId: owner.userId });
  const snapshot = await world.openSnapshot();
  expect(await snapshot.findModel('shared', owner.userId)).toMatchObject({ id: local });
  expect(await snapshot.findModel('shared', other.userId)).toMatchObject({ id: cloud });
  const ids = (userId: string) => snapshot.callableModels(userId).map(({ id }) => id);
  expect(ids(owner.userId)).toContain(local);
  expect(ids(owner.userId)).not.toContain(cloud);
  expect(ids(other.userId)).toContain(cloud);
  await world.query('update aigcspace.models set is_api_enabled = false where id = ?', [local]);
  await snapshot.refresh();
  expect(ids(owner.userId), 'what may not be called hides nothing from the list').toContain(cloud);
  expect(await snapshot.findModel('shared', owner.userId)).toMatchObject({ id: local });
});

test('models of a disabled provider are gone, and back when it is enabled', async () => {
  const providerId = await world.addProvider();
  const id = await world.addCloudModel({ title: 'switched', providerId });
  await world.query(
    "insert into aigcspace.settings (key, value) values ('active_language_model_id', ?::jsonb) on conflict (key) do update set value = excluded.value",
    [String(id)],
  );
  const snapshot = await world.openSnapshot();
  expect(snapshot.activeModel('language')).toMatchObject({ id });
  expect(snapshot.activeModel('vision')).toBeNull();
  const setStatus = (status: string) =>
    world.query('update aigcspace.providers set status = ? where id = ?', [status, providerId]);
  await setStatus('disabled');
  await snapshot.refresh();
  expect(snapshot.activeModel('language')).toBeNull();
  expect(await snapshot.findModel('switched', 'usr_x')).toBeNull();
  await setStatus('enabled');
  await snapshot.refresh();
  expect(await snapshot.findModel('switched', 'usr_x')).toMatchObject({ id });
});

test('two models that swap their titles in one statement are both found', async () => {
  const providerId = await world.addProvider();
  const [a, b] = [
    await world.addCloudModel({ title: 'swap-a', providerId }),
    await world.addCloudModel({ title: 'swap-b', providerId }),
  ];
  const snapshot = await world.openSnapshot();
  await world.query("update aigcspace.models set title = 'swap-c' where id = ?", [a]);
  await world.query("update aigcspace.models set title = 'swap-a' where id = ?", [b]);
  await world.query("update aigcspace.models set title = 'swap-b' where id = ?", [a]);
  await snapshot.refresh();
  expect(await snapshot.findModel('swap-a', 'usr_x')).toMatchObject({ id: b });
  expect(await snapshot.findModel('swap-b', 'usr_x')).toMatchObject({ id: a });
});

test('the key of a provider is opened for its models, and the new one after a change', async () => {
  const providerId = await world.addProvider();
  await world.addCloudModel({ title: 'keyed', providerId });
  const snapshot = await world.openSnapshot();
  const upstreamKey = async () => {
    const model = await snapshot.findModel('keyed', 'usr_x');
    return model === null ? undefined : snapshot.upstreamKey(model);
  };
  expect(await upstreamKey()).toBeNull();
  const binding = providerKeyBinding({ id: providerId, baseUrl: 'https://upstream.example/v1' });
  for (const text of ['sk-first', 'sk-second']) {
    await world.query('update aigcspace.providers set api_key = ? where id = ?', [
      world.secrets.seal(text, binding),
      providerId,
    ]);
    await snapshot.refresh();
    expect(await upstreamKey()).toBe(text);
  }
});

test('what calls and tests write starts no change', async () => {
  const owner = await world.createKeyOwner();
  const providerId = await world.addProvider();
  const id = await world.addCloudModel({ title: 'written', providerId });
  const count = async () =>
    (await world.query<{ count: number }>('select count(*)::int as count from aigcspace.changes'))[0]?.count;
  const before = await count();
  await world.query('update aigcspace.platform_api_key set last_used_at = now() where id = ?', [owner.keyId]);
  await world.query("update aigcspace.models set last_test = '{}', updated_at = now() where id = ?", [id]);
  await world.query('update aigcspace.accounts set balance = balance, updated_at = now()');
  await world.query("update aigcspace.users set theme = 'dark' where id = ?", [owner.userId]);
  expect(await count()).toBe(before);
});

/** Polls for a second, generously measured: the machine may be busy. */
async function withinASecond(check: () => unknown): Promise<void> {
  await expect
    .poll(
      async () => {
        await check();
        return true;
      },
      { timeout: 5_000, interval: 20 },
    )
    .toBe(true);
}

function deafHub() {
  return {
    subscribe: () => () => undefined,
    untilHeard: () => Promise.resolve(),
    isConnected: () => true,
    close: () => Promise.resolve(),
  };
}
