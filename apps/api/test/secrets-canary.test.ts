import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listProcedures } from '../src/trpc/list-procedures.ts';
import { appRouter } from '../src/trpc/router.ts';
import { databaseState } from './support/database-state.ts';
import { restClient } from './support/rest-client.ts';
import {
  startScriptedUpstream,
  type ScriptedUpstream,
} from './support/scripted-upstream/scripted-upstream.ts';
import { startTestServer, type TestServer, type TestUser } from './support/test-server.ts';

const CANARIES = {
  local: 'canary-local-0123456789abcdef',
  localChanged: 'canary-changed-0123456789abcdef',
  localForm: 'canary-form-0123456789abcdef',
  localRefused: 'canary-refused-0123456789abcdef',
  provider: 'canary-provider-0123456789abcdef',
  providerChanged: 'canary-provider-changed-0123456789',
  providerForm: 'canary-provider-form-0123456789',
  own: 'canary-own-0123456789abcdef',
  ownRefused: 'canary own refused 0123456789abcdef',
  metrics: 'canary-metrics-0123456789abcdef',
};

let server: TestServer;
let upstream: ScriptedUpstream;
let user: TestUser;
/** The log without the redaction that the product's has: nothing may need it. */
const logged: string[] = [];
/** Everything that was answered to anybody. */
const answered: string[] = [];
/** Keys of the platform, each of which one answer holds. */
const platformKeys: string[] = [];

beforeAll(async () => {
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged.push(chunk.toString());
      done();
    },
  });
  server = await startTestServer({
    log: pino({ level: 'trace' }, stream),
    env: { METRICS_TOKEN: CANARIES.metrics },
  });
  upstream = await startScriptedUpstream();
  user = await server.createUser();
});
afterAll(async () => {
  await server.close();
  await upstream.close();
});

/** Calls a procedure and keeps its answer, whatever it is. Steps of tests come as lines of JSON, in batches only. */
async function call(as: TestUser, path: string, input: object = {}): Promise<Record<string, unknown>> {
  const isQuery = listProcedures(appRouter)[path]?.type === 'query';
  const isTest = path.endsWith('.test');
  const query = isTest ? '?batch=1' : isQuery ? `?input=${encodeURIComponent(JSON.stringify(input))}` : '';
  const response = await fetch(`${server.origin}/trpc/${path}${query}`, {
    method: isQuery ? 'GET' : 'POST',
    headers: {
      cookie: as.cookie,
      ...(isQuery ? {} : { 'content-type': 'application/json' }),
      ...(isTest ? { 'trpc-accept': 'application/jsonl' } : {}),
    },
    ...(isQuery ? {} : { body: JSON.stringify(isTest ? { 0: input } : input) }),
  });
  const text = await response.text();
  answered.push(text);
  if (isTest) return {};
  const parsed = JSON.parse(text) as { result?: { data: Record<string, unknown> } };
  return parsed.result?.data ?? {};
}

/** Saves, changes, tests and calls with every kind of secret, well and badly. */
async function useEverySecret(): Promise<void> {
  const { admin } = server;
  // Bodies of calls are kept too: no header is in them.
  await call(admin, 'adminSettings.update', { body_log_mode: 'all' });
  const base_url = upstream.baseUrl;
  const local = await call(user, 'localModels.create', { name: 'canary', base_url, api_key: CANARIES.local });
  const provider = await call(admin, 'adminProviders.create', {
    name: 'Canary',
    base_url,
    api_key: CANARIES.provider,
  });
  const model = await call(admin, 'adminModels.create', {
    title: 'canary-cloud',
    provider_id: provider.id,
    input_price: '0',
    output_price: '0',
    is_api_enabled: true,
  });
  for (const [as, path, input] of [
    [user, 'localModels.update', { id: local.id, api_key: CANARIES.localChanged }],
    [
      user,
      'localModels.update',
      { id: local.id, base_url: 'http://10.0.0.1', api_key: CANARIES.localRefused },
    ],
    [user, 'localModels.create', { name: 'canary', base_url, api_key: CANARIES.localRefused }],
    [user, 'localModels.create', { name: 5, base_url, api_key: CANARIES.localRefused }],
    [user, 'localModels.test', { id: local.id }],
    [user, 'localModels.test', { base_url, api_key: CANARIES.localForm, upstream_model: 'm' }],
    [admin, 'adminProviders.update', { id: provider.id, api_key: CANARIES.providerChanged }],
    [admin, 'adminProviders.create', { name: 'Canary', base_url, api_key: CANARIES.providerForm }],
    [admin, 'adminProviders.test', { id: provider.id }],
    [admin, 'adminProviders.test', { base_url, api_key: CANARIES.providerForm }],
    [admin, 'adminModels.test', { id: model.id }],
  ] as const) {
    await call(as, path, input);
  }
  const { api_key: key } = await user.client.keys.create.mutate({ name: 'caller' });
  platformKeys.push(key);
  // Upstreams that repeat the credential they got, as some do in their errors.
  for (const status of [401, 400]) {
    for (const credential of [CANARIES.localChanged, CANARIES.providerChanged]) {
      upstream.next({ fault: { kind: 'error', status, message: `Incorrect API key: ${credential}` } });
    }
  }
  for (const title of ['canary', 'canary-cloud', 'canary', 'canary-cloud']) {
    const response = await fetch(`${server.origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: title, messages: [{ role: 'user', content: 'hi' }] }),
    });
    answered.push(await response.text());
  }
  upstream.next(
    { fault: { kind: 'error', status: 400, message: `bad key ${CANARIES.providerChanged}` } },
    { fault: { kind: 'error', status: 400, message: `bad key ${CANARIES.providerChanged}` } },
  );
  await call(admin, 'adminModels.test', { id: model.id });
  await call(user, 'ownKeys.save', { provider_id: provider.id, api_key: CANARIES.ownRefused });
  await call(user, 'ownKeys.save', { provider_id: provider.id, api_key: CANARIES.own });
  upstream.next({ fault: { kind: 'error', status: 401, message: `Incorrect API key: ${CANARIES.own}` } });
  const refused = await fetch(`${server.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'canary-cloud', messages: [{ role: 'user', content: 'hi' }] }),
  });
  answered.push(await refused.text());
}

/** Reads everything there is to read, as the owner and as an administrator. */
async function readEverything(): Promise<void> {
  const queries = Object.entries(listProcedures(appRouter)).filter(([, { type }]) => type === 'query');
  for (const as of [user, server.admin]) {
    for (const [path] of queries) {
      const isText = path.startsWith('logs.') || path.startsWith('adminAudit.');
      const many = path.startsWith('adminAudit.') ? 40 : 6;
      const ids = Array.from({ length: many }, (_, index) => ({
        id: isText ? String(index + 1) : index + 1,
      }));
      const inputs = /\.(get|bodies)$/.test(path) ? [{}, ...ids] : [{}, { scope: 'all' }];
      await Promise.all(inputs.map((input) => call(as, path, input)));
    }
    const rest = restClient(server, { cookie: as.cookie });
    for (const credential of [CANARIES.metrics, `${CANARIES.metrics}-wrong`, CANARIES.provider]) {
      const metrics = await fetch(`${server.origin}/metrics`, {
        headers: { authorization: `Bearer ${credential}` },
      });
      expect(metrics.status).toBe(credential === CANARIES.metrics ? 200 : 401);
      answered.push(await metrics.text());
    }
    for (const path of [
      '/api/platform/call-logs.csv',
      '/api/platform/call-logs.ndjson',
      '/api/openapi.json',
      '/api/models/local',
      '/api/admin/providers',
      '/api/admin/audit.csv',
      '/api/admin/audit.ndjson',
    ]) {
      answered.push((await rest('GET', path)).text);
    }
  }
}

test('no key is in any answer, any row or any line of the log', async () => {
  await useEverySecret();
  await readEverything();
  const credentials = new Set(upstream.requests.map(({ credential }) => credential));
  // The canaries were really used.
  for (const name of ['localChanged', 'localForm', 'providerChanged', 'providerForm', 'own'] as const) {
    expect(credentials).toContain(CANARIES[name]);
  }
  const rows = Object.values(await databaseState(server.container)).join('\n');
  for (const secret of [...Object.values(CANARIES), ...platformKeys]) {
    expect(answered.findIndex((text) => text.includes(secret))).toBe(-1);
    expect(logged.findIndex((line) => line.includes(secret))).toBe(-1);
    // In plain text, or as the bytes that a row might hold.
    for (const form of [
      secret,
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('hex'),
    ]) {
      expect(rows.includes(form)).toBe(false);
    }
  }
});

test('a change of a key is written down as one, without the key', async () => {
  const audit = await server.container.orm.em
    .fork()
    .execute(
      "select action, after from aigcspace.audit_log where after ->> 'api_key_changed' = 'true' order by id",
    );
  expect(audit).toMatchObject([
    { action: 'local_model.update', after: { api_key_changed: true } },
    { action: 'provider.update', after: { api_key_changed: true } },
    { action: 'own_key.create', after: { api_key_changed: true } },
  ]);
});
