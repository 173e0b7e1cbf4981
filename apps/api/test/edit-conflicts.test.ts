import { afterAll, beforeAll, expect, test } from 'vitest';
import { restClient } from './support/rest-client.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

/** What two administrators edit at once, each entity by how it is read and changed. */

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

interface Edited {
  version: number;
}
interface Case {
  what: string;
  /** Makes the thing, and tells how it is read. */
  make: () => Promise<Editable>;
}
interface Editable {
  read: () => Promise<Edited>;
  /** A change of one field to the n-th value. */
  change: (n: number, version?: number) => Promise<unknown>;
  /** The field, and what it holds after the n-th change. */
  field: string;
  value: (n: number) => unknown;
}

const admin = () => server.admin.client;
/** @throws Error where a list lacks what was just made */
function named<T extends { id: number | string }>(items: readonly T[], id: number | string): T {
  const found = items.find((item) => item.id === id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found;
}

const CASES: Case[] = [
  {
    what: 'a provider',
    async make() {
      const { id } = await admin().adminProviders.create.mutate({
        name: 'Edited',
        base_url: 'http://127.0.0.1:9/v1',
      });
      return {
        read: async () => named((await admin().adminProviders.list.query()).items, id),
        change: (n, version) => admin().adminProviders.update.mutate({ id, name: `Edited ${n}`, version }),
        field: 'name',
        value: (n) => `Edited ${n}`,
      };
    },
  },
  {
    what: 'a cloud model',
    async make() {
      const id = await aModel('edited-model');
      return {
        read: async () => named((await admin().adminModels.list.query()).items, id),
        change: (n, version) => admin().adminModels.update.mutate({ id, input_price: `${n}`, version }),
        field: 'input_price',
        value: (n) => `${n}`,
      };
    },
  },
  {
    what: "a model's routing",
    async make() {
      const id = await aModel('edited-routing');
      return {
        read: () => admin().adminModels.routing.query({ id }),
        change: (n, version) =>
          admin().adminModels.setRouting.mutate({ id, aliases: [`alias-${n}`], version }),
        field: 'aliases',
        value: (n) => [`alias-${n}`],
      };
    },
  },
  {
    what: 'a local model',
    async make() {
      const { id } = await admin().localModels.create.mutate({
        name: 'edited-local',
        base_url: 'http://127.0.0.1:9/v1',
      });
      return {
        read: async () => named((await admin().localModels.list.query()).items, id),
        change: (n, version) =>
          admin().localModels.update.mutate({ id, upstream_model: `local-${n}`, version }),
        field: 'upstream_model',
        value: (n) => `local-${n}`,
      };
    },
  },
  {
    what: 'the bounds of a key',
    async make() {
      const { id } = await admin().keys.create.mutate({ name: 'edited' });
      return {
        read: async () => named((await admin().keys.list.query()).items, id),
        change: (n, version) => admin().keys.update.mutate({ id, rpm_limit: n, version }),
        field: 'rpm_limit',
        value: (n) => n,
      };
    },
  },
  {
    what: 'the limits of a user',
    async make() {
      const { id } = await server.createUser();
      return {
        read: async () => named((await admin().adminUsers.list.query({})).items, id),
        change: (n, version) => admin().adminUsers.update.mutate({ id, tpm_limit: n, version }),
        field: 'tpm_limit',
        value: (n) => n,
      };
    },
  },
  {
    what: 'the settings of the platform',
    make: () =>
      Promise.resolve({
        read: () => admin().adminSettings.get.query(),
        change: (n, version) => admin().adminSettings.update.mutate({ platform_name: `Name ${n}`, version }),
        field: 'platform_name',
        value: (n) => `Name ${n}`,
      }),
  },
];

async function aModel(title: string): Promise<number> {
  const { items } = await admin().adminProviders.list.query();
  const { id } = await admin().adminModels.create.mutate({ title, provider_id: items[0]?.id ?? 0 });
  return id;
}

test.each(CASES)('$what is not overwritten unseen by somebody who read it earlier', async ({ make }) => {
  const { read, change, field, value } = await make();
  const { version } = await read();
  await change(1, version);
  // The other one still holds the version from before.
  const error: unknown = await change(2, version).catch((failure: unknown) => failure);
  expect(error).toMatchObject({
    data: {
      appCode: 'edit_conflict',
      httpStatus: 409,
      conflict: { changedBy: 'Administrator', current: { [field]: value(1) } },
    },
  });
  const { conflict } = (
    error as { data: { conflict: { version: number; changedAt: string; current: Partial<Edited> } } }
  ).data;
  expect(conflict.current.version ?? conflict.version).toBe(conflict.version);
  expect(Date.now() - Date.parse(conflict.changedAt)).toBeLessThan(60_000);
  expect(await read()).toMatchObject({ [field]: value(1), version: conflict.version });
  // Having seen that, they may; and who names no version never had to look.
  await change(3, conflict.version);
  expect(await read()).toMatchObject({ [field]: value(3) });
  await change(4);
  expect(await read()).toMatchObject({ [field]: value(4) });
});

test('of two changes of one version at the same moment, one is refused', async () => {
  const { id, version } = await admin().keys.create.mutate({ name: 'raced' });
  const outcomes = await Promise.allSettled(
    [1, 2, 3, 4].map((rpm_limit) => admin().keys.update.mutate({ id, rpm_limit, version })),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('settings that nobody else touched are saved whatever happened to the others', async () => {
  const { version } = await admin().adminSettings.get.query();
  await admin().adminSettings.update.mutate({ registration: 'open', version });
  const saved = await admin().adminSettings.update.mutate({ log_retention_days: 30, version });
  expect(saved).toMatchObject({ registration: 'open', log_retention_days: 30 });
});

test('a conflict over a thing of somebody else tells nothing of it', async () => {
  const owner = await server.createUser();
  const stranger = await server.createUser();
  const { id } = await owner.client.keys.create.mutate({ name: 'mine' });
  const error: unknown = await stranger.client.keys.update
    .mutate({ id, name: 'theirs', version: 77 })
    .catch((failure: unknown) => failure);
  expect(error).toMatchObject({ data: { appCode: 'not_found' } });
});

test('REST takes the version as a field or as If-Match, and answers 409', async () => {
  const { api_key } = await admin().keys.create.mutate({ name: 'management', kind: 'management' });
  const { id, version } = await admin().keys.create.mutate({ name: 'by-rest' });
  const rest = (ifMatch: string) =>
    restClient(server, { authorization: `Bearer ${api_key}`, 'if-match': ifMatch });
  const path = `/api/platform/api-keys/${id}`;
  expect((await rest(`"${version}"`)('PUT', path, { body: { name: 'once' } })).status).toBe(200);
  const stale = await rest(`"${version}"`)('PUT', path, { body: { name: 'twice' } });
  expect(stale.status).toBe(409);
  expect(stale.json).toMatchObject({ error: { code: 'edit_conflict' } });
  expect((await rest('*')('PUT', path, { body: { name: 'thrice' } })).status).toBe(200);
  expect((await rest('"none"')('PUT', path, { body: { name: 'again' } })).status).toBe(400);
});
