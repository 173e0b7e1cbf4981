import { listen } from '@aigc/db/listen';
import { generatePlatformKey } from '@aigc/shared/platform-key';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startFreezableProxy, type FreezableProxy } from '../support/freezable-proxy.ts';
import { openSnapshotWorld, type SnapshotWorld } from './snapshot-world.ts';

let world: SnapshotWorld;
let proxy: FreezableProxy;
beforeEach(async () => {
  world = await openSnapshotWorld();
  proxy = await startFreezableProxy(world.connectionString);
});
afterEach(async () => {
  await world.close();
  await proxy.close();
});

const unavailable = { code: 'service_unavailable', options: { retryAfterSeconds: 5 } };

test('a killed connection and a killed LISTEN connection are replaced, and no change between is missed', async () => {
  const owner = await world.createKeyOwner();
  const snapshot = await world.openSnapshot();
  for (const status of ['disabled', 'active', 'disabled']) {
    await world.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
         and application_name in ('aigc-space-listen', 'aigc-space-snapshot')`,
    );
    await world.query('update aigcspace.platform_api_key set status = ? where id = ?', [status, owner.keyId]);
    await expect.poll(() => snapshot.findKey(owner.key), { timeout: 10_000 }).toMatchObject({ status });
  }
});

test('behind a half-open connection what is known goes on being answered, and what is not known is unavailable', async () => {
  const owner = await world.createKeyOwner();
  const hub = await listen({ connectionString: proxy.connectionString });
  const snapshot = await world.openSnapshot({ connectionString: proxy.connectionString, hub });
  expect(await snapshot.findKey(owner.key)).toMatchObject({ id: owner.keyId });
  proxy.freeze();
  await world.query("update aigcspace.platform_api_key set status = 'disabled' where id = ?", [owner.keyId]);
  await expect(snapshot.findKey(generatePlatformKey())).rejects.toMatchObject(unavailable);
  expect(snapshot.findKey(owner.key)).toMatchObject({ status: 'active' });
  await expect(snapshot.findModel('nothing', owner.userId)).rejects.toMatchObject(unavailable);
  proxy.thaw();
  await expect
    .poll(() => snapshot.findKey(owner.key), { timeout: 15_000 })
    .toMatchObject({ status: 'disabled' });
  expect(world.troubles.length, 'told once, and not with every attempt').toBe(1);
}, 40_000);

test('memory older than it may be answers nothing, and everything again once it is current', async () => {
  const owner = await world.createKeyOwner();
  const hub = await listen({ connectionString: proxy.connectionString });
  const snapshot = await world.openSnapshot({
    connectionString: proxy.connectionString,
    hub,
    maxStaleMs: 2_000,
  });
  const model = { id: 1, title: 'x' };
  expect(await snapshot.findKey(owner.key)).not.toBeNull();
  proxy.freeze();
  await expect.poll(() => snapshot.ageMs(), { timeout: 10_000 }).toBeGreaterThan(2_000);
  for (const ask of [
    () => snapshot.findKey(owner.key),
    () => snapshot.findModel(model.title, owner.userId),
    () => snapshot.findUser(owner.userId),
    () => snapshot.activeModel('language'),
    () => snapshot.callableModels(owner.userId),
  ]) {
    expect(ask).toThrow(expect.objectContaining(unavailable));
  }
  proxy.thaw();
  await expect.poll(() => snapshot.ageMs(), { timeout: 15_000 }).toBeLessThan(2_000);
  expect(await snapshot.findKey(owner.key)).not.toBeNull();
}, 40_000);

test('a snapshot that missed more than the feed keeps reads everything again', async () => {
  const owner = await world.createKeyOwner();
  const snapshot = await world.openSnapshot();
  await world.query('alter table aigcspace.platform_api_key disable trigger user');
  await world.query("update aigcspace.platform_api_key set status = 'disabled' where id = ?", [owner.keyId]);
  await world.query('alter table aigcspace.platform_api_key enable trigger user');
  await world.query("insert into aigcspace.changes (kind, ref) values ('all', '')");
  await snapshot.refresh();
  expect(snapshot.findKey(owner.key)).toMatchObject({ status: 'disabled' });
  await world.query('truncate aigcspace.platform_api_key cascade');
  await snapshot.refresh();
  expect(await snapshot.findKey(owner.key)).toBeNull();
});

test('a change whose transaction commits late is not passed over by those that overtook it', async () => {
  const [late, early] = [await world.createKeyOwner(), await world.createKeyOwner()];
  const snapshot = await world.openSnapshot();
  const commit = await world.begin(
    `update aigcspace.platform_api_key set status = 'disabled' where id = ${late.keyId}`,
  );
  await world.query("update aigcspace.platform_api_key set status = 'disabled' where id = ?", [early.keyId]);
  await snapshot.refresh();
  expect(snapshot.findKey(early.key)).toMatchObject({ status: 'disabled' });
  expect(snapshot.findKey(late.key)).toMatchObject({ status: 'active' });
  await commit();
  await snapshot.refresh();
  expect(snapshot.findKey(late.key)).toMatchObject({ status: 'disabled' });
});

test('50,000 keys of 5,000 users are read at the start, and again as a bulk change', async () => {
  const key = generatePlatformKey();
  await world.query(
    `insert into aigcspace.users (id, email, name, password_hash) select 'usr_' || i, i || '@example.com', 'U', '-' from generate_series(1, 5000) i`,
  );
  await world.query(
    "insert into aigcspace.organisations (id, name, kind) select 'org_' || i, 'O', 'personal' from generate_series(1, 5000) i",
  );
  await world.query(
    "insert into aigcspace.accounts (id, organisation_id) select 'acc_' || i, 'org_' || i from generate_series(1, 5000) i",
  );
  await world.query(
    "insert into aigcspace.projects (id, organisation_id, name) select 'prj_' || i, 'org_' || i, 'P' from generate_series(1, 5000) i",
  );
  const startedInsert = performance.now();
  await world.query(
    `insert into aigcspace.platform_api_key (user_id, project_id, api_key, pepper_id, api_key_prefix, last_four, name)
     select 'usr_' || (i % 5000 + 1), 'prj_' || (i % 5000 + 1), encode(sha256(i::text::bytea), 'hex'), 1, 'sk-aigc-AbCd', 'wxyz', 'K'
     from generate_series(1, 50000) i`,
  );
  const startedLoad = performance.now();
  const cpuBefore = process.cpuUsage();
  const snapshot = await world.openSnapshot();
  const { user, system } = process.cpuUsage(cpuBefore);
  const startedBulk = performance.now();
  await world.query('update aigcspace.platform_api_key set rpm_limit = 60 where id % 10 = 0');
  const startedApply = performance.now();
  await snapshot.refresh();
  const ended = performance.now();
  const [row] = await world.query<{ id: number }>(
    'update aigcspace.platform_api_key set api_key = ? where id = (select max(id) from aigcspace.platform_api_key where id % 10 = 0) returning id',
    [world.secrets.hashKey(key).hash],
  );
  expect(await snapshot.findKey(key)).toMatchObject({ id: row?.id, limits: { rpm: 60 } });
  console.info(
    `50,000 keys: inserted in ${ms(startedLoad - startedInsert)}, loaded in ${ms(startedBulk - startedLoad)}, ${ms((user + system) / 1_000)} of them CPU here; ` +
      `5,000 updated in ${ms(startedApply - startedBulk)}, read again in ${ms(ended - startedApply)}`,
  );
});

const ms = (time: number): string => `${Math.round(time)} ms`;
