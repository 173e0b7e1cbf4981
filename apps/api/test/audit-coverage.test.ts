import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditAction } from '@aigc/shared/schemas/audit';
import { listProcedures } from '../src/trpc/list-procedures.ts';
import { appRouter } from '../src/trpc/router.ts';
import {
  startScriptedUpstream,
  type ScriptedUpstream,
} from './support/scripted-upstream/scripted-upstream.ts';
import {
  sessionCookie,
  startTestServer,
  TEST_PASSWORD,
  type TestServer,
  type TestUser,
} from './support/test-server.ts';

/** What the mutations work on; each is made by one of them before others need it. */
interface World {
  server: TestServer;
  admin: TestUser['client'];
  person: TestUser;
  user: TestUser['client'];
  baseUrl: string;
  keyId: number;
  localModelId: number;
  providerId: number;
  modelId: number;
  redeemCodes: string[];
  redeemBatchId: number;
}

type Writes = { writes: AuditAction; run: (world: World) => unknown };
/** Mutations that change nothing of lasting value, with the reason. */
type WritesNone = { writesNone: string };

/** Every mutation, in an order in which each finds what it needs. One that is missing fails the first test. */
const MUTATIONS: Record<string, Writes | WritesNone> = {
  'setup.complete': { writesNone: 'writes setup.complete once, at set-up: test/setup.test.ts' },
  'auth.register': {
    writes: 'user.register',
    async run({ server, admin }) {
      await admin.adminSettings.update.mutate({ registration: 'open' });
      const input = { name: 'New', email: 'new@example.com', password: TEST_PASSWORD, locale: 'en' };
      expect((await server.call('auth.register', input)).status).toBe(200);
    },
  },
  'auth.signIn': {
    writes: 'session.create',
    run: ({ server, person }) => server.signIn(person.email, person.password),
  },
  'auth.signOut': {
    writes: 'session.delete',
    async run({ server, person }) {
      const cookie = await server.signIn(person.email, person.password);
      expect((await server.call('auth.signOut', {}, { cookie })).status).toBe(200);
    },
  },
  'account.update': {
    writes: 'user.update_profile',
    run: ({ user }) => user.account.update.mutate({ name: 'Another' }),
  },
  'account.changePassword': {
    writes: 'user.change_password',
    run: ({ user }) =>
      user.account.changePassword.mutate({
        current_password: TEST_PASSWORD,
        new_password: 'another password',
      }),
  },
  'account.revokeSession': {
    writes: 'session.revoke',
    async run({ server, person, user }) {
      await server.signIn(person.email, 'another password');
      const { items } = await user.account.sessions.query();
      await user.account.revokeSession.mutate({ id: items.find(({ current }) => !current)?.id ?? '' });
    },
  },
  'account.revokeOtherSessions': {
    writes: 'session.revoke_others',
    run: ({ user }) => user.account.revokeOtherSessions.mutate(),
  },
  'keys.create': {
    writes: 'api_key.create',
    run: async (world) => (world.keyId = (await world.user.keys.create.mutate({ name: 'k' })).id),
  },
  'keys.update': {
    writes: 'api_key.update',
    run: ({ user, keyId }) => user.keys.update.mutate({ id: keyId, status: 'disabled' }),
  },
  'keys.rotate': {
    writes: 'api_key.rotate',
    run: ({ user, keyId }) => user.keys.rotate.mutate({ id: keyId }),
  },
  'keys.delete': {
    writes: 'api_key.delete',
    run: ({ user, keyId }) => user.keys.delete.mutate({ id: keyId }),
  },
  'localModels.create': {
    writes: 'local_model.create',
    async run(world) {
      const model = await world.user.localModels.create.mutate({ name: 'mine', base_url: world.baseUrl });
      world.localModelId = model.id;
    },
  },
  'localModels.update': {
    writes: 'local_model.update',
    run: ({ user, localModelId }) => user.localModels.update.mutate({ id: localModelId, name: 'renamed' }),
  },
  'localModels.test': {
    writes: 'local_model.test',
    run: async ({ user, localModelId }) => readAll(await user.localModels.test.mutate({ id: localModelId })),
  },
  'models.probe': {
    writes: 'model.probe',
    run: async ({ user, localModelId }) => readAll(await user.models.probe.mutate({ id: localModelId })),
  },
  'localModels.delete': {
    writes: 'local_model.delete',
    run: ({ user, localModelId }) => user.localModels.delete.mutate({ id: localModelId }),
  },
  'adminProviders.create': {
    writes: 'provider.create',
    async run(world) {
      const provider = await world.admin.adminProviders.create.mutate({ name: 'P', base_url: world.baseUrl });
      world.providerId = provider.id;
    },
  },
  'adminProviders.update': {
    writes: 'provider.update',
    run: ({ admin, providerId }) => admin.adminProviders.update.mutate({ id: providerId, name: 'P2' }),
  },
  'adminProviders.test': {
    writes: 'provider.test',
    run: async ({ admin, providerId }) => readAll(await admin.adminProviders.test.mutate({ id: providerId })),
  },
  'ownKeys.save': {
    writes: 'own_key.create',
    run: ({ user, providerId }) =>
      user.ownKeys.save.mutate({ provider_id: providerId, api_key: 'sk-own-0123456789' }),
  },
  'ownKeys.delete': {
    writes: 'own_key.delete',
    run: ({ user, providerId }) => user.ownKeys.delete.mutate({ provider_id: providerId }),
  },
  'adminModels.create': {
    writes: 'model.create',
    async run(world) {
      const input = { title: 'm', provider_id: world.providerId, input_price: '1', output_price: '2' };
      world.modelId = (await world.admin.adminModels.create.mutate({ ...input, is_api_enabled: true })).id;
    },
  },
  'adminModels.update': {
    writes: 'model.update',
    run: ({ admin, modelId }) => admin.adminModels.update.mutate({ id: modelId, input_price: '3' }),
  },
  'adminModels.setRouting': {
    writes: 'model.set_routing',
    run: ({ admin, modelId }) => admin.adminModels.setRouting.mutate({ id: modelId, aliases: ['m-alias'] }),
  },
  'adminModels.checkUpstreams': {
    writes: 'model.check_upstreams',
    run: ({ admin, modelId }) => admin.adminModels.checkUpstreams.mutate({ id: modelId }),
  },
  'adminModels.setActive': {
    writes: 'model.set_active',
    run: ({ admin, modelId }) => admin.adminModels.setActive.mutate({ role: 'language', model_id: modelId }),
  },
  'adminModels.test': {
    writes: 'model.test',
    run: async ({ admin, modelId }) => readAll(await admin.adminModels.test.mutate({ id: modelId })),
  },
  'adminCatalogue.plan': { writesNone: 'changes nothing: it says what an import would do' },
  'adminCatalogue.import': {
    writes: 'catalogue.import',
    run: ({ admin, baseUrl }) =>
      admin.adminCatalogue.import.mutate({
        text: `providers:\n  - name: Imported\n    baseUrl: ${baseUrl}\n`,
      }),
  },
  'adminModels.delete': {
    writes: 'model.delete',
    run: ({ admin, modelId }) => admin.adminModels.delete.mutate({ id: modelId }),
  },
  'adminProviders.delete': {
    writes: 'provider.delete',
    run: ({ admin, providerId }) => admin.adminProviders.delete.mutate({ id: providerId }),
  },
  'adminUsers.create': {
    writes: 'user.create',
    run: ({ admin }) =>
      admin.adminUsers.create.mutate({ name: 'N', email: 'n@example.com', password: TEST_PASSWORD }),
  },
  'adminUsers.update': {
    writes: 'user.update',
    run: ({ admin, person }) => admin.adminUsers.update.mutate({ id: person.id, rpm_limit: 5 }),
  },
  'adminUsers.resetPassword': {
    writes: 'user.reset_password',
    run: ({ admin, person }) =>
      admin.adminUsers.resetPassword.mutate({ id: person.id, password: TEST_PASSWORD }),
  },
  'adminUsers.endSessions': {
    writes: 'user.end_sessions',
    run: ({ admin, person }) => admin.adminUsers.endSessions.mutate({ id: person.id }),
  },
  'adminBilling.topUp': {
    writes: 'billing.top_up',
    run: ({ admin, person }) => admin.adminBilling.topUp.mutate({ user_id: person.id, amount: '5' }),
  },
  'adminHealth.check': {
    writes: 'health.check',
    run: async ({ admin }) => readAll(await admin.adminHealth.check.mutate({ kind: 'books' })),
  },
  'adminRedeemCodes.create': {
    writes: 'redeem_code.create',
    async run(world) {
      const made = await world.admin.adminRedeemCodes.create.mutate({ count: 3, amount: '5' });
      world.redeemCodes = made.codes;
      world.redeemBatchId = made.batch_id;
    },
  },
  'billing.redeem': {
    writes: 'redeem_code.redeem',
    run: ({ admin, redeemCodes }) => admin.billing.redeem.mutate({ code: redeemCodes[0] ?? '' }),
  },
  'adminRedeemCodes.update': {
    writes: 'redeem_code.update',
    run: async (world) =>
      world.admin.adminRedeemCodes.update.mutate({ id: await openCode(world), is_disabled: true }),
  },
  'adminRedeemCodes.updateBatch': {
    writes: 'redeem_code.update',
    run: ({ admin, redeemBatchId }) =>
      admin.adminRedeemCodes.updateBatch.mutate({ batch_id: redeemBatchId, is_disabled: false }),
  },
  'adminRedeemCodes.delete': {
    writes: 'redeem_code.delete',
    run: async (world) => world.admin.adminRedeemCodes.delete.mutate({ id: await openCode(world) }),
  },
  'adminRedeemCodes.deleteBatch': {
    writes: 'redeem_code.delete',
    run: ({ admin, redeemBatchId }) => admin.adminRedeemCodes.deleteBatch.mutate({ batch_id: redeemBatchId }),
  },
  'adminSettings.update': {
    writes: 'settings.update',
    run: ({ admin }) => admin.adminSettings.update.mutate({ platform_name: 'Another name' }),
  },
};

async function openCode({ admin, redeemBatchId }: World): Promise<number> {
  const { items } = await admin.adminRedeemCodes.list.query({ status: 'open', batch_id: redeemBatchId });
  return items[0]?.id ?? 0;
}

async function readAll(events: AsyncIterable<unknown>): Promise<void> {
  for await (const _event of events);
}

let world: World;
let upstream: ScriptedUpstream;
beforeAll(async () => {
  const server = await startTestServer();
  upstream = await startScriptedUpstream();
  const person = await server.createUser();
  world = {
    server,
    admin: server.admin.client,
    person,
    user: person.client,
    baseUrl: upstream.baseUrl,
    keyId: 0,
    localModelId: 0,
    providerId: 0,
    modelId: 0,
    redeemCodes: [],
    redeemBatchId: 0,
  };
});
afterAll(async () => {
  await world.server.close();
  await upstream.close();
});

function actionsAfter(
  id: string,
): Promise<{ id: string; action: string; target_id: string | null; after: unknown }[]> {
  return world.server.container.orm.em
    .fork()
    .execute(
      'select a.id::text, action, target_id, after from aigcspace.audit_log a where a.id > ?::bigint order by a.id',
      [id],
    );
}

async function lastId(): Promise<string> {
  return (await actionsAfter('0')).at(-1)?.id ?? '0';
}

test('every mutation either names what it writes down or why it writes nothing', () => {
  const mutations = Object.entries(listProcedures(appRouter)).filter(([, { type }]) => type === 'mutation');
  expect(Object.keys(MUTATIONS).toSorted()).toEqual(mutations.map(([path]) => path).toSorted());
});

describe('writes down who did it', () => {
  const writing = Object.entries(MUTATIONS).flatMap(([path, entry]) =>
    'writes' in entry ? [[path, entry] as const] : [],
  );
  test.each(writing)('%s', async (_path, { writes, run }) => {
    const before = await lastId();
    await run(world);
    expect((await actionsAfter(before)).map(({ action }) => action)).toContain(writes);
  });
});

test('a refused sign-in is written down with whom it was for, and without what was typed', async () => {
  const { server, person } = world;
  const before = await lastId();
  for (const email of [person.email, 'nobody-like-this@example.com']) {
    expect((await server.call('auth.signIn', { email, password: 'wrong-secret-password' })).status).toBe(401);
  }
  const rows = await actionsAfter(before);
  expect(rows).toMatchObject([
    { action: 'session.refuse', target_id: person.id, after: { reason: 'invalid_credentials' } },
    { action: 'session.refuse', target_id: null, after: { reason: 'invalid_credentials' } },
  ]);
  expect(JSON.stringify(rows)).not.toMatch(/wrong-secret|nobody-like/);
});

describe('the audit log', () => {
  test('is read in pages that neither skip nor repeat, filtered by actor, action and target', async () => {
    const { admin, person } = world;
    const whole = await admin.adminAudit.list.query({ limit: 200 });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await admin.adminAudit.list.query({ limit: 7, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(whole.items.map(({ id }) => id));
    const ofUser = await admin.adminAudit.list.query({ actor: person.email, action: 'api_key' });
    expect(ofUser.items.map(({ action }) => action)).toEqual([
      'api_key.delete',
      'api_key.rotate',
      'api_key.update',
      'api_key.create',
    ]);
    expect(ofUser.items[0]).toMatchObject({ actor_id: person.id, target_type: 'api_key', target_name: 'k' });
    const one = await admin.adminAudit.list.query({ action: 'billing.top_up', target_id: person.id });
    expect(one.items).toMatchObject([{ target_name: person.email, actor_email: 'admin@example.com' }]);
    const [first] = one.items;
    const none = { from: first?.created_at ?? '', to: first?.created_at ?? '' };
    expect((await admin.adminAudit.list.query(none)).items).toEqual([]);
  });

  test('tells the changed fields of an entry, before and after', async () => {
    const { admin } = world;
    const { items } = await admin.adminAudit.list.query({ action: 'model.update' });
    const detail = await admin.adminAudit.get.query({ id: items[0]?.id ?? '' });
    expect(detail.changes).toEqual([{ field: 'input_price', before: '1', after: '3' }]);
    await expect(admin.adminAudit.get.query({ id: '999999' })).rejects.toMatchObject({
      data: { appCode: 'not_found' },
    });
  });

  test.each(['csv', 'ndjson'])(
    'is exported as %s with the filters, to administrators alone',
    async (format) => {
      const { server, person } = world;
      const get = (cookie: string, query = '') =>
        fetch(`${server.origin}/api/admin/audit.${format}${query}`, { headers: { cookie } });
      const file = await get(server.admin.cookie, '?action=billing.top_up&time_zone=Asia/Shanghai');
      expect(file.headers.get('content-disposition')).toMatch(
        new RegExp(`audit-log-\\d{8}-\\d{4}\\.${format}`),
      );
      const lines = (await file.text()).trim().split('\n');
      expect(lines.at(-1)).toContain('billing.top_up');
      expect(lines).toHaveLength(format === 'csv' ? 2 : 1);
      const cookie = sessionCookie(
        (await server.call('auth.signIn', { email: person.email, password: TEST_PASSWORD })).headers,
      );
      expect((await get(cookie)).status).toBe(403);
      expect((await get('')).status).toBe(401);
    },
  );
});
