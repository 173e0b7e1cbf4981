import { deleteCallBodies } from '@aigc/core/call-bodies/delete-call-bodies';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { databaseState } from './support/database-state.ts';
import { restClient } from './support/rest-client.ts';
import {
  startScriptedUpstream,
  type ScriptedUpstream,
} from './support/scripted-upstream/scripted-upstream.ts';
import { startTestServer, type TestServer, type TestUser } from './support/test-server.ts';

let server: TestServer;
let upstream: ScriptedUpstream;
let user: TestUser;
let key: { id: number; api_key: string };

beforeAll(async () => {
  server = await startTestServer({ env: { METRICS_TOKEN: 'metrics' } });
  upstream = await startScriptedUpstream();
  const { client } = server.admin;
  const provider = await client.adminProviders.create.mutate({
    name: 'Scripted',
    base_url: upstream.baseUrl,
  });
  for (const [title, type] of [['chat', 'language'] as const, ['speaker', 'speech'] as const]) {
    await client.adminModels.create.mutate({
      title,
      type,
      provider_id: provider.id,
      input_price: '0',
      output_price: '0',
      is_api_enabled: true,
    });
  }
  user = await server.createUser();
  key = await user.client.keys.create.mutate({ name: 'caller' });
});
afterEach(() => upstream.reset());
afterAll(async () => {
  await server.close();
  await upstream.close();
});

const em = () => server.container.orm.em.fork();

async function keep(mode: 'off' | 'failed' | 'all', maxBytes = 65_536): Promise<void> {
  await server.admin.client.adminSettings.update.mutate({
    body_log_mode: mode,
    body_log_max_bytes: maxBytes,
  });
  await server.app.calls.snapshot.refresh();
}

async function post(
  path: string,
  body: object,
  apiKey = key.api_key,
): Promise<{ text: string; requestId: string }> {
  const answer = await fetch(`${server.origin}/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return { text, requestId: answer.headers.get('x-request-id') ?? '' };
}

/** The rows that hold what was said in a call, whoever may read them. */
async function storedBodies(requestId: string): Promise<number> {
  const rows = await em().execute<unknown[]>('select 1 from aigcspace.call_bodies where request_id = ?', [
    requestId,
  ]);
  return rows.length;
}

/** The id of a call in the log, once it and its bodies are written. */
async function logged(requestId: string, as: TestUser = user): Promise<string> {
  await server.app.calls.books.flush(10_000);
  await server.app.calls.bodies.flush(10_000);
  const { items } = await as.client.logs.list.query({ request_id: requestId });
  return items[0]?.id ?? '';
}

const chat = { model: 'chat', messages: [{ role: 'user', content: 'Greet me, please' }] };

async function chatted(extra: object = {}): Promise<{ text: string; id: string; requestId: string }> {
  const { text, requestId } = await post('chat/completions', { ...chat, ...extra });
  return { text, requestId, id: await logged(requestId) };
}

test('while it is off nothing is kept and nobody is told of anything', async () => {
  const { id } = await chatted();
  expect(await user.client.logs.bodies.query({ id })).toEqual({
    state: 'none',
    request: null,
    answer: null,
    kept_until: null,
  });
  expect((await user.client.viewer.get.query()).body_logging).toBeNull();
});

test('request and answer are kept as they travelled, without any header, and sealed', async () => {
  await keep('all');
  const unary = await chatted();
  const kept = await user.client.logs.bodies.query({ id: unary.id });
  expect(kept).toMatchObject({
    state: 'kept',
    request: { content_type: 'application/json', text: JSON.stringify(chat), is_truncated: false },
    answer: { text: unary.text, bytes: Buffer.byteLength(unary.text), is_truncated: false },
  });
  expect(JSON.stringify(kept)).not.toContain(key.api_key);
  upstream.next({ text: 'Hello there, friend' });
  const stream = await chatted({ stream: true });
  expect(stream.text).toContain('data: [DONE]');
  expect((await user.client.logs.bodies.query({ id: stream.id })).answer).toMatchObject({
    content_type: 'text/event-stream',
    text: stream.text,
  });
  const rows = (await databaseState(server.container)).call_bodies ?? '';
  expect(rows).not.toContain('Greet me');
  expect(rows).not.toContain(Buffer.from('Greet me').toString('base64'));
});

test('a long body is cut at the limit, an encoded image and sound to a mark with their size', async () => {
  await keep('all', 1024);
  const image = Buffer.alloc(3_000_000, 'image data').toString('base64');
  const content = [
    { type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } },
    { type: 'text', text: 'x '.repeat(5_000) },
  ];
  const { id } = await chatted({ messages: [{ role: 'user', content }] });
  const { request } = await user.client.logs.bodies.query({ id });
  expect(request?.text).toContain(`data:image/png;base64,[${image.length} bytes of base64 left out]`);
  expect(request).toMatchObject({ is_truncated: true });
  expect(request?.text).toHaveLength(1024);
  expect(request?.bytes).toBeGreaterThan(4_000_000);

  upstream.next({ fault: { kind: 'raw', contentType: 'audio/mpeg', body: Buffer.alloc(2_000) } });
  const speech = await post('audio/speech', { model: 'speaker', input: 'Hello', voice: 'alloy' });
  const spoken = await user.client.logs.bodies.query({ id: await logged(speech.requestId) });
  expect(spoken.answer).toMatchObject({ text: '[2000 bytes of audio/mpeg left out]', bytes: 2_000 });
});

test('where only failures are kept, a call that failed has what its client was told', async () => {
  await keep('failed');
  const good = await chatted();
  expect((await user.client.logs.bodies.query({ id: good.id })).state).toBe('none');
  upstream.next({ fault: { kind: 'error', status: 400, message: 'No such thing' } });
  const bad = await chatted();
  const { state, answer } = await user.client.logs.bodies.query({ id: bad.id });
  expect({ state, text: answer?.text }).toEqual({ state: 'kept', text: bad.text });
  upstream.next({ fault: { kind: 'reset_mid_stream', afterEvents: 2 } });
  const broken = await chatted({ stream: true });
  expect((await user.client.logs.bodies.query({ id: broken.id })).answer?.text).toBe(broken.text);
  expect((await user.client.viewer.get.query()).body_logging).toEqual({ mode: 'failed', keep_days: 7 });
  expect((await server.client().viewer.get.query()).body_logging).toBeNull();
});

test('an administrator reads everyone’s and leaves a trace, the owner none, and nobody else finds it', async () => {
  await keep('all');
  const { id, requestId } = await chatted();
  const traces = () =>
    em().execute('select actor_user_id, after from aigcspace.audit_log where action = ? and target_id = ?', [
      'call.read_bodies',
      requestId,
    ]);
  await user.client.logs.bodies.query({ id });
  expect(await traces()).toEqual([]);
  const rest = restClient(server, { cookie: server.admin.cookie });
  const answer = await rest('GET', `/api/platform/call-logs/${id}/bodies`);
  expect(JSON.parse(answer.text)).toMatchObject({ state: 'kept' });
  expect(await traces()).toEqual([{ actor_user_id: server.admin.id, after: { user_id: user.id } }]);
  const other = await server.createUser();
  await expect(other.client.logs.bodies.query({ id })).rejects.toThrow('There is no such call');
});

test('a change is effective within a second, and off deletes what was kept', async () => {
  const { client } = server.admin;
  await client.adminSettings.update.mutate({ body_log_mode: 'all' });
  const { id, requestId } = await chatted();
  expect(await storedBodies(requestId)).toBe(1);
  await client.adminSettings.update.mutate({ body_log_mode: 'off' });
  await expect
    .poll(() => server.app.calls.snapshot.bodyLogging(), { timeout: 5_000, interval: 20 })
    .toBeNull();
  expect((await user.client.logs.bodies.query({ id })).state).toBe('none');
  await deleteCallBodies(em(), new Date());
  expect((await databaseState(server.container)).call_bodies).toBe('');
});

/** For how long it is said that a call's bodies are kept; not longer than the call. */
async function daysKept(id: string): Promise<number> {
  const { kept_until: until } = await user.client.logs.bodies.query({ id });
  return Math.ceil((Date.parse(until ?? '') - Date.now()) / 86_400_000);
}

test('bodies go when their days are over, and with the key of their calls', async () => {
  await keep('all');
  const doomed = await user.client.keys.create.mutate({ name: 'doomed' });
  const kept = await chatted();
  const { requestId } = await post('chat/completions', chat, doomed.api_key);
  const id = await logged(requestId);
  expect((await user.client.logs.bodies.query({ id })).state).toBe('kept');
  await user.client.keys.delete.mutate({ id: doomed.id });
  expect((await user.client.logs.bodies.query({ id })).state).toBe('none');
  // The server's own job may have been there before: what stays counts, not who deletes it.
  await deleteCallBodies(em(), new Date());
  expect(await storedBodies(requestId)).toBe(0);
  expect(await storedBodies(kept.requestId)).toBe(1);
  expect((await user.client.logs.bodies.query({ id: kept.id })).state).toBe('kept');
  expect(await daysKept(kept.id)).toBe(7);
  const { adminSettings } = server.admin.client;
  await adminSettings.update.mutate({ log_retention_days: 3 });
  expect(await daysKept(kept.id)).toBe(3);
  await adminSettings.update.mutate({ log_retention_days: null });
  const inEightDays = new Date(Date.now() + 8 * 86_400_000);
  expect(await deleteCallBodies(em(), inEightDays)).toBeGreaterThan(0);
  expect((await user.client.logs.bodies.query({ id: kept.id })).state).toBe('none');
});

test('metrics count what was kept, and a change of the setting is in the audit log', async () => {
  const metrics = await fetch(`${server.origin}/metrics`, { headers: { authorization: 'Bearer metrics' } });
  expect(await metrics.text()).toMatch(/aigc_call_bodies_total\{result="written"\} [1-9]/);
  const [row] = await em().execute<{ after: object }[]>(
    "select after from aigcspace.audit_log where action = 'settings.update' order by id limit 1",
  );
  expect(row?.after).toEqual({ body_log_mode: 'all' });
});
