import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { providerKeyBinding } from '@aigc/core/upstreams/secret-bindings';
import { startAcmeUpstream, type AcmeUpstream } from './support/acme-upstream.ts';
import { startGatewayWorld, type GatewayWorld } from './support/gateway-world.ts';

const EXAMPLE = new URL('../../../examples/provider-plugin/', import.meta.url).pathname;

/** Plug-ins with a fault each, by the name of their file. */
const FAULTY = {
  'throws-at-load.mjs': 'throw new Error("cannot start");',
  'wrong-shape.mjs': 'export default { apiVersion: 1, id: "shapeless", label: "Shapeless", chat: {} };',
  'takes-an-id.mjs':
    'export default { apiVersion: 1, id: "anthropic", label: "X", chat: { request() {}, answer() {}, openStream() {} } };',
  'throws-in-calls.mjs': `export default { apiVersion: 1, id: "thrower", label: "Thrower", chat: {
    request() { throw new Error("secret detail of the plug-in"); }, answer: (a) => a, openStream: () => ({ read: () => [], end: () => [] }) } };`,
  'opens-nothing.mjs': `export default { apiVersion: 1, id: "opener", label: "Opener", chat: {
    request: (_r, { target, isStream }) => ({ url: target.baseUrl + "/generate", headers: { "x-acme-key": target.apiKey }, body: { live: isStream }, parameters: {} }),
    answer: () => "nothing", openStream() { throw new Error("no stream today"); } } };`,
  'answers-wrongly.mjs': `export default { apiVersion: 1, id: "wrong", label: "Wrong", chat: {
    request: () => ({ url: "file:///etc/passwd", headers: {}, body: {}, parameters: { mapped: [], dropped: [] } }), answer: (a) => a, openStream: () => null } };`,
};

let directory: string;
let upstream: AcmeUpstream;
let world: GatewayWorld;
beforeAll(async () => {
  // Away from this workspace, as an author's own copy would be.
  directory = await mkdtemp(join(tmpdir(), 'aigc-plugins-'));
  await cp(EXAMPLE, join(directory, 'acme'), { recursive: true });
  await cp(EXAMPLE, join(directory, 'data', 'plugins', 'node_modules', 'aigc-provider-acme'), {
    recursive: true,
  });
  for (const [name, source] of Object.entries(FAULTY)) await writeFile(join(directory, name), source);
  upstream = await startAcmeUpstream();
  const sources = [
    join(directory, 'acme'),
    ...Object.keys(FAULTY).map((name) => join(directory, name)),
    join(directory, 'nothing-here'),
    'no-such-package',
    'aigc-provider-acme',
  ];
  await mkdir(join(directory, 'data'), { recursive: true });
  world = await startGatewayWorld({ env: { PLUGINS: sources.join(','), DATA_DIR: join(directory, 'data') } });
  await world.topUp('5');
  for (const dialect of ['acme', 'thrower', 'wrong', 'opener', 'shapeless']) await addModel(dialect);
});
afterAll(async () => {
  await world.close();
  await upstream.close();
  await rm(directory, { recursive: true, force: true });
});

/** A provider of a dialect, and a model of its name. */
async function addModel(dialect: string): Promise<void> {
  const [row] = await world.query<{ id: number }>(
    `insert into aigcspace.providers (name, dialect, base_url, settings) values (?, ?, ?, '{"region":"cn"}') returning id`,
    [dialect, dialect, upstream.baseUrl],
  );
  const id = row?.id ?? 0;
  const key = world.secrets.seal('acme-secret-0123', providerKeyBinding({ id, baseUrl: upstream.baseUrl }));
  await world.query('update aigcspace.providers set api_key = ? where id = ?', [key, id]);
  await world.query(
    `insert into aigcspace.models (title, provider_id, is_api_enabled, input_price, output_price, max_output_tokens)
     values (?, ?, true, 1, 1, 100)`,
    [dialect, id],
  );
  await world.refresh();
}

const ask = (model: string, more: object = {}) =>
  world.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Hi' }], ...more });

test('a call goes through a plug-in from outside the workspace, is billed and says what became of its parameters', async () => {
  const answer = await ask('acme', { temperature: 0.5, seed: 4 });
  expect(answer.status).toBe(200);
  expect(answer.json).toMatchObject({
    object: 'chat.completion',
    choices: [{ message: { content: 'Good day' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 },
  });
  expect(answer.headers.get('x-aigc-params')).toBe('mapped=temperature; dropped=seed');
  expect(upstream.requests.at(-1)).toMatchObject({
    headers: { 'x-acme-key': 'acme-secret-0123', 'x-acme-region': 'cn' },
    body: { engine: 'acme', conversation: [{ speaker: 'person', text: 'Hi' }], creativity: 0.5, live: false },
  });
  expect(await world.lastCall()).toMatchObject({ input_tokens: 7, output_tokens: 2, estimated: false });
  await world.expectBooksRight();
});

test('its streams are streams of chunks with usage and an end', async () => {
  const answer = await world.raw('/v1/chat/completions', {
    model: 'acme',
    stream: true,
    stream_options: { include_usage: true },
    messages: [{ role: 'user', content: 'Hi' }],
  });
  const text = await answer.text();
  expect(text).toContain('"content":"Good"');
  expect(text).toContain('"completion_tokens":2');
  expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
  expect(await world.lastCall()).toMatchObject({ input_tokens: 7, output_tokens: 2, is_stream: true });
});

test('a request that it refuses is a 400 with its own words and parameter', async () => {
  const answer = await ask('acme', { messages: [{ role: 'tool', content: 'x', tool_call_id: '1' }] });
  expect(answer.status).toBe(400);
  expect(answer.json.error).toMatchObject({ param: 'messages[0].role', message: 'Acme has no role "tool".' });
});

test.each([
  ['thrower', 'failed in chat.request'],
  ['wrong', 'failed in chat.request'],
  ['shapeless', 'is not loaded'],
])(
  'a model behind the faulty plug-in %s answers a named error and nothing is billed',
  async (model, words) => {
    const answer = await ask(model);
    expect(answer.status).toBe(502);
    expect(answer.json.error).toMatchObject({ code: 'plugin_failed' });
    expect(answer.json.error?.['message']).toContain(words);
    expect(JSON.stringify(answer.json)).not.toContain('secret detail');
    expect((await ask('cloud')).status).toBe(200);
  },
);

test('a plug-in that cannot read a stream ends it with a named error, and the call is settled', async () => {
  const request = { model: 'opener', messages: [{ role: 'user', content: 'Hi' }] };
  const answer = await world.raw('/v1/chat/completions', { ...request, stream: true });
  const text = await answer.text();
  expect(text).toContain('plugin_failed');
  expect(text).not.toContain('[DONE]');
  expect(await world.lastCall()).toMatchObject({ status: 'failed', error_code: 'plugin_failed' });
  expect((await ask('opener')).json.error).toMatchObject({ code: 'plugin_failed' });
  await world.expectBooksRight();
});

test('administrators see every plug-in with its version, state and fault', async () => {
  const plugins = world.plugins();
  const brief = plugins.map(({ source, id, version, state, fault }) => [
    source.slice(source.lastIndexOf('/') + 1),
    state === 'loaded' ? `${id} ${version}` : fault,
  ]);
  expect(Object.fromEntries(brief)).toMatchObject({
    acme: 'acme 1.0.0',
    'throws-at-load.mjs': 'it threw while it was loaded: Error: cannot start',
    'wrong-shape.mjs': 'chat.request must be a function.',
    'takes-an-id.mjs': 'the id "anthropic" is that of a built-in dialect.',
    'nothing-here': expect.stringContaining('there is nothing at'),
    'no-such-package': expect.stringContaining('there is no installed package of this name'),
    'aigc-provider-acme': expect.stringContaining('the id "acme" is taken by'),
  });
  const thrower = plugins.find(({ id }) => id === 'thrower');
  expect(thrower?.call_faults).toBeGreaterThan(0);
  expect(thrower?.last_call_fault).toMatchObject({
    operation: 'chat.request',
    message: 'secret detail of the plug-in',
  });
});

test('the template carries the types as they are', async () => {
  const types = await readFile(join(EXAMPLE, 'provider-plugin.d.ts'), 'utf8');
  const source = new URL('../../../packages/providers/src/plugin/plugin-api.ts', import.meta.url);
  expect(types).toBe(await readFile(source, 'utf8'));
});
