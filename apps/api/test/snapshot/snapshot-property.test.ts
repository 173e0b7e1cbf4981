import { generatePlatformKey } from '@aigc/shared/platform-key';
import type { Snapshot } from '@aigc/core/snapshot/snapshot';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KeyOwner } from '../support/key-owner.ts';
import { openSnapshotWorld, type SnapshotWorld } from './snapshot-world.ts';

const OWNERS = 4;
const TITLES = ['alpha', 'beta', 'gamma'];

let world: SnapshotWorld;
let owners: KeyOwner[];
/** Every text that was ever a key. */
const texts: string[] = [];
beforeAll(async () => {
  world = await openSnapshotWorld();
  owners = await Promise.all(Array.from({ length: OWNERS }, () => world.createKeyOwner()));
  texts.push(...owners.map(({ key }) => key));
});
afterAll(() => world.close());

/** One thing that administrators and users do, by numbers that choose its subject. */
type Operation = { kind: number; subject: number; variant: number };

const operations = fc.array(fc.record({ kind: fc.nat(12), subject: fc.nat(30), variant: fc.nat(5) }), {
  minLength: 10,
  maxLength: 60,
});

async function perform({ kind, subject, variant }: Operation): Promise<void> {
  const owner = owners[subject % OWNERS];
  const title = TITLES[subject % TITLES.length] ?? '';
  const limit = variant === 0 ? null : variant * 10;
  if (owner === undefined) return;
  const nth = (table: string) => `(select id from aigcspace.${table} order by id offset ${subject} limit 1)`;
  const run = (sql: string, parameters: unknown[] = []) =>
    // Titles and references collide, as they would for people.
    world.query(sql, parameters).catch(() => undefined);
  switch (kind) {
    case 0: {
      const key = generatePlatformKey();
      texts.push(key);
      return void (await run(
        `insert into aigcspace.platform_api_key (user_id, project_id, api_key, pepper_id, api_key_prefix, last_four, name)
         select user_id, project_id, ?, 1, 'sk-aigc-AbCd', 'wxyz', 'K' from aigcspace.platform_api_key where user_id = ? limit 1`,
        [world.secrets.hashKey(key).hash, owner.userId],
      ));
    }
    case 1:
      return void (await run(`delete from aigcspace.platform_api_key where id = ${nth('platform_api_key')}`));
    case 2:
      return void (await run(
        `update aigcspace.platform_api_key set status = ?, rpm_limit = ?, allowed_models = ?::jsonb where id = ${nth('platform_api_key')}`,
        [variant % 2 === 0 ? 'active' : 'disabled', limit, variant > 3 ? JSON.stringify(TITLES) : null],
      ));
    case 3: {
      const key = generatePlatformKey();
      texts.push(key);
      return void (await run(
        `update aigcspace.platform_api_key set previous_api_key = api_key, previous_valid_until = now() + interval '1 day', api_key = ?
         where id = ${nth('platform_api_key')}`,
        [world.secrets.hashKey(key).hash],
      ));
    }
    case 4:
      return void (await run('update aigcspace.users set status = ?, tpm_limit = ? where id = ?', [
        variant % 2 === 0 ? 'active' : 'deactivated',
        limit,
        owner.userId,
      ]));
    case 5:
      return void (await world.addProvider({ status: variant === 0 ? 'disabled' : 'enabled' }));
    case 6:
      return void (await run(
        `update aigcspace.providers set status = ?, base_url = ? where id = ${nth('providers')}`,
        [variant % 2 === 0 ? 'enabled' : 'disabled', `https://upstream-${variant}.example/v1`],
      ));
    case 7:
      return void (await run(`delete from aigcspace.providers where id = ${nth('providers')}`));
    case 8:
      return void (await run(
        `insert into aigcspace.models (title, provider_id, is_api_enabled, input_price, output_price)
         select ?, id, true, ?, 1 from aigcspace.providers where id = ${nth('providers')}`,
        [title, limit],
      ));
    case 9:
      return void (await world.addLocalModel({ title, userId: owner.userId }).catch(() => undefined));
    case 10:
      return void (await run(
        `update aigcspace.models set title = ?, is_api_enabled = ?, concurrency_limit = ? where id = ${nth('models')}`,
        [title, variant % 2 === 0, limit],
      ));
    case 11:
      return void (await run(`delete from aigcspace.models where id = ${nth('models')}`));
    default:
      return void (await run(
        `insert into aigcspace.settings (key, value) select 'active_language_model_id', coalesce(to_jsonb(${nth('models')}), 'null')
         on conflict (key) do update set value = excluded.value`,
      ));
  }
}

/** All that a snapshot can be asked. */
async function everything(snapshot: Snapshot) {
  const [keys, users, models] = await Promise.all([
    Promise.all(texts.map(async (text) => snapshot.findKey(text))),
    Promise.all(owners.map(async ({ userId }) => snapshot.findUser(userId))),
    Promise.all(
      owners.flatMap(({ userId }) => TITLES.map(async (title) => snapshot.findModel(title, userId))),
    ),
  ]);
  const callable = owners.map(({ userId }) => snapshot.callableModels(userId));
  const active = [snapshot.activeModel('language'), snapshot.activeModel('vision')];
  return { keys, users, models, callable, active };
}

test('whatever is done at the same time, a snapshot that followed is what a new one reads', async () => {
  const snapshot = await world.openSnapshot();
  await fc.assert(
    fc.asyncProperty(operations, operations, async (first, second) => {
      const together = [first, second].map(async (list) => {
        for (const operation of list) await perform(operation);
      });
      // Calls go on meanwhile, so that memory is asked, and refreshed, at every moment.
      let isDone = false;
      const call = async (): Promise<void> => {
        while (!isDone) await everything(snapshot);
      };
      const calls = call();
      await Promise.all(together);
      isDone = true;
      await calls;
      await snapshot.refresh();
      const fresh = await world.openSnapshot();
      expect(await everything(snapshot)).toEqual(await everything(fresh));
      await fresh.close();
    }),
    { numRuns: 8 },
  );
  expect(world.troubles).toEqual([]);
}, 120_000);
