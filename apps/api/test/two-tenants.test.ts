import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listProcedures } from '../src/trpc/list-procedures.ts';
import { appRouter } from '../src/trpc/router.ts';
import { databaseState } from './support/database-state.ts';
import { callLogger } from './support/logged-calls.ts';
import { startTestServer, type TestServer, type TestUser } from './support/test-server.ts';

/** One tenant with something of everything, whose ids the other one knows. */
interface Victim {
  user: TestUser;
  keyId: number;
  localModelId: number;
  /** Of a provider that the victim has a key of their own for. */
  providerId: number;
  callId: string;
  requestId: string;
  sessionId: string;
  /** Texts that no answer to another tenant may hold. */
  marks: string[];
}

type Entry =
  /** Takes another tenant's id: it is not found, and no row changes. */
  | { with: (victim: Victim) => object }
  /** Takes no id of a tenant's things: its answer holds nothing of the other tenant, and no row changes. */
  | { tellsOwn: true; input?: (victim: Victim) => object }
  /** Changes the caller alone: afterwards every row of the other tenant is as it was. */
  | { changesOwn: object }
  /** For administrators: everybody else is refused. */
  | { adminsOnly: true }
  | { isPublic: string };

/** An entry for every procedure. One that is missing fails the first test. */
const MATRIX: Record<string, Entry> = {
  'viewer.get': { isPublic: 'tells the caller of themselves' },
  'setup.complete': { isPublic: 'needs the one-time token' },
  'auth.signIn': { isPublic: 'needs a password' },
  'auth.register': { isPublic: 'makes a tenant of its own' },
  'auth.signOut': { changesOwn: {} },
  'account.update': { changesOwn: { name: 'Attacker' } },
  'account.changePassword': {
    changesOwn: { current_password: 'wrong password', new_password: 'another password' },
  },
  'account.sessions': { tellsOwn: true },
  'account.revokeSession': { with: ({ sessionId }) => ({ id: sessionId }) },
  'account.revokeOtherSessions': { changesOwn: {} },
  'models.list': { tellsOwn: true },
  'models.get': { with: ({ localModelId }) => ({ id: localModelId }) },
  'models.probe': { with: ({ localModelId }) => ({ id: localModelId }) },
  'localModels.list': { tellsOwn: true },
  'localModels.create': { changesOwn: { name: 'victims-model', base_url: 'http://localhost:9/v1' } },
  'localModels.update': { with: ({ localModelId }) => ({ id: localModelId, name: 'stolen' }) },
  'localModels.delete': { with: ({ localModelId }) => ({ id: localModelId }) },
  'localModels.test': { with: ({ localModelId }) => ({ id: localModelId }) },
  'keys.list': { tellsOwn: true },
  'keys.usage': { tellsOwn: true, input: () => ({}) },
  'keys.create': { changesOwn: { name: 'mine' } },
  'keys.update': { with: ({ keyId }) => ({ id: keyId, status: 'disabled' }) },
  'keys.rotate': { with: ({ keyId }) => ({ id: keyId }) },
  'keys.delete': { with: ({ keyId }) => ({ id: keyId }) },
  'ownKeys.list': { tellsOwn: true },
  'ownKeys.save': { with: ({ providerId }) => ({ provider_id: providerId, is_used: false }) },
  'ownKeys.delete': { with: ({ providerId }) => ({ provider_id: providerId }) },
  'logs.list': {
    tellsOwn: true,
    input: ({ keyId, requestId }) => ({ api_key_id: keyId, request_id: requestId }),
  },
  'logs.get': { with: ({ callId }) => ({ id: callId }) },
  'logs.bodies': { with: ({ callId }) => ({ id: callId }) },
  'logs.facets': { tellsOwn: true, input: () => ({ scope: 'mine' }) },
  'logs.onCall': { tellsOwn: true, input: ({ keyId }) => ({ api_key_id: keyId, lastEventId: '1' }) },
  'stats.get': { tellsOwn: true, input: ({ keyId }) => ({ api_key_id: keyId }) },
  'billing.balance': { tellsOwn: true },
  'billing.ledger': { tellsOwn: true, input: () => ({}) },
  'billing.redeem': { changesOwn: { code: 'nonsense' } },
  'billing.report': { tellsOwn: true, input: () => ({ start: '2026-01-01', end: '2026-12-31', by: 'key' }) },
  'adminProviders.presets': { adminsOnly: true },
  'adminProviders.dialects': { adminsOnly: true },
  'adminProviders.list': { adminsOnly: true },
  'adminProviders.create': { adminsOnly: true },
  'adminProviders.update': { adminsOnly: true },
  'adminProviders.delete': { adminsOnly: true },
  'adminProviders.test': { adminsOnly: true },
  'adminPlugins.list': { adminsOnly: true },
  'adminModels.list': { adminsOnly: true },
  'adminModels.create': { adminsOnly: true },
  'adminModels.update': { adminsOnly: true },
  'adminModels.delete': { adminsOnly: true },
  'adminModels.routing': { adminsOnly: true },
  'adminModels.setRouting': { adminsOnly: true },
  'adminModels.checkUpstreams': { adminsOnly: true },
  'adminModels.setActive': { adminsOnly: true },
  'adminModels.test': { adminsOnly: true },
  'adminCatalogue.export': { adminsOnly: true },
  'adminCatalogue.plan': { adminsOnly: true },
  'adminCatalogue.import': { adminsOnly: true },
  'adminUsers.list': { adminsOnly: true },
  'adminUsers.create': { adminsOnly: true },
  'adminUsers.update': { adminsOnly: true },
  'adminUsers.resetPassword': { adminsOnly: true },
  'adminUsers.endSessions': { adminsOnly: true },
  'adminBilling.topUp': { adminsOnly: true },
  'adminRedeemCodes.list': { adminsOnly: true },
  'adminRedeemCodes.create': { adminsOnly: true },
  'adminRedeemCodes.update': { adminsOnly: true },
  'adminRedeemCodes.delete': { adminsOnly: true },
  'adminRedeemCodes.updateBatch': { adminsOnly: true },
  'adminRedeemCodes.deleteBatch': { adminsOnly: true },
  'adminSettings.get': { adminsOnly: true },
  'adminSettings.update': { adminsOnly: true },
  'adminSettings.retention': { adminsOnly: true },
  'adminHealth.status': { adminsOnly: true },
  'adminHealth.onStatus': { adminsOnly: true },
  'adminHealth.check': { adminsOnly: true },
  'adminAudit.list': { adminsOnly: true },
  'adminAudit.get': { adminsOnly: true },
};

const PROCEDURES = listProcedures(appRouter);

let server: TestServer;
let victim: Victim;
beforeAll(async () => {
  server = await startTestServer();
  victim = await makeVictim();
});
afterAll(() => server.close());

async function makeVictim(): Promise<Victim> {
  const user = await server.createUser({ email: 'victim@example.com' });
  const key = await user.client.keys.create.mutate({ name: 'victims-key' });
  const model = await user.client.localModels.create.mutate({
    name: 'victims-model',
    base_url: 'http://localhost:9/victim',
    api_key: 'victims-secret-0123456789',
  });
  const provider = await server.admin.client.adminProviders.create.mutate({
    name: 'Everybody’s',
    base_url: 'http://localhost:9/v1',
  });
  await user.client.ownKeys.save.mutate({ provider_id: provider.id, api_key: 'own-key-of-the-victim-9Q7x' });
  await server.admin.client.adminBilling.topUp.mutate({ user_id: user.id, amount: '77.5' });
  const log = await callLogger(server.container, user.id);
  const call = await log({ apiKeyId: key.id, model: 'victims-model', bill: '0.123' });
  const { items: sessions } = await user.client.account.sessions.query();
  return {
    user,
    keyId: key.id,
    localModelId: model.id,
    providerId: provider.id,
    callId: call.id,
    requestId: call.requestId,
    sessionId: sessions[0]?.id ?? '',
    marks: [
      user.id,
      user.email,
      key.api_key_prefix,
      'victims-',
      '77.377',
      call.requestId,
      'localhost:9/victim',
      '9Q7x',
    ],
  };
}

interface Answer {
  status: number;
  text: string;
}

/** Calls a procedure as clients do: queries and subscriptions by GET, mutations by POST. */
async function callAs(cookie: string | null, path: string, input?: object): Promise<Answer> {
  const isMutation = PROCEDURES[path]?.type === 'mutation';
  const query =
    !isMutation && input !== undefined ? `?input=${encodeURIComponent(JSON.stringify(input))}` : '';
  const leave = AbortSignal.timeout(PROCEDURES[path]?.type === 'subscription' ? 700 : 20_000);
  const response = await fetch(`${server.origin}/trpc/${path}${query}`, {
    method: isMutation ? 'POST' : 'GET',
    headers: {
      ...(cookie === null ? {} : { cookie }),
      ...(isMutation ? { 'content-type': 'application/json' } : { accept: '*/*' }),
    },
    ...(isMutation ? { body: JSON.stringify(input ?? {}) } : {}),
    signal: leave,
  });
  const text = await readUntilLeft(response);
  // A stream has begun with 200 before its procedure fails: the failure is an event that names its status.
  const failure = /^event: serialized-error\ndata: .*"httpStatus":(\d+)/m.exec(text)?.[1];
  return { status: failure === undefined ? response.status : Number(failure), text };
}

/** A subscription never ends: what it has told when the listener leaves is its answer. */
async function readUntilLeft(response: Response): Promise<string> {
  let text = '';
  try {
    for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) text += part;
  } catch {
    // The listener left.
  }
  return text;
}

/** The rows of every table that name the victim's things. */
async function victimsRows(): Promise<string[]> {
  const state = await databaseState(server.container);
  const names = [victim.user.id, victim.requestId, victim.user.email];
  return Object.values(state)
    .flatMap((rows) => rows.split('\n'))
    .filter((row) => names.some((name) => row.includes(name)));
}

test('every procedure has an entry in the matrix, and no entry is without a procedure', () => {
  expect(Object.keys(MATRIX).toSorted((a, b) => a.localeCompare(b))).toEqual(
    Object.keys(PROCEDURES).toSorted((a, b) => a.localeCompare(b)),
  );
});

test('the tier that a procedure declares is the one that the matrix holds it to', () => {
  for (const [path, entry] of Object.entries(MATRIX)) {
    const tier = 'isPublic' in entry ? 'public' : 'adminsOnly' in entry ? 'admin' : 'user';
    expect([path, PROCEDURES[path]?.meta.tier]).toEqual([path, tier]);
  }
});

const protectedEntries = Object.entries(MATRIX).filter(([, entry]) => !('isPublic' in entry));

describe.each(protectedEntries)('%s', (path, entry) => {
  test('answers 401 to nobody, and no row changes', async () => {
    const before = await databaseState(server.container);
    expect((await callAs(null, path)).status).toBe(401);
    expect(await databaseState(server.container)).toEqual(before);
  });

  if ('adminsOnly' in entry) {
    test('answers 403 to users, and no row changes', async () => {
      const attacker = await server.createUser();
      const before = await databaseState(server.container);
      expect((await callAs(attacker.cookie, path)).status).toBe(403);
      expect(await databaseState(server.container)).toEqual(before);
    });
  }

  if ('with' in entry) {
    test('does not find another tenant’s, and no row changes', async () => {
      for (const attacker of [await server.createUser(), await attackingAdmin(path)]) {
        if (attacker === null) continue;
        const before = await databaseState(server.container);
        const answer = await callAs(attacker.cookie, path, entry.with(victim));
        expect(answer.status).toBe(404);
        for (const mark of victim.marks) expect(answer.text).not.toContain(mark);
        expect(await databaseState(server.container)).toEqual(before);
      }
    });
  }

  if ('tellsOwn' in entry) {
    test('tells nothing of another tenant, and no row changes', async () => {
      const attacker = await server.createUser();
      const before = await databaseState(server.container);
      const answer = await callAs(attacker.cookie, path, entry.input?.(victim));
      expect(answer.status).toBe(200);
      for (const mark of victim.marks) expect(answer.text).not.toContain(mark);
      expect(await databaseState(server.container)).toEqual(before);
    });
  }

  if ('changesOwn' in entry) {
    test('leaves every row of another tenant as it was', async () => {
      const attacker = await server.createUser();
      const before = await victimsRows();
      await callAs(attacker.cookie, path, entry.changesOwn);
      expect(await victimsRows()).toEqual(before);
    });
  }
});

/** Administrators see everybody's calls, and own nothing more than others do. */
async function attackingAdmin(path: string): Promise<TestUser | null> {
  return path === 'logs.get' || path === 'logs.bodies' ? null : server.createUser({ role: 'admin' });
}
