import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importModelsFile } from '../src/import-models-file.ts';
import { runInProcess } from './support/cli-in-process.ts';
import { startTestServer, TEST_SECRET_KEYS, type Client, type TestServer } from './support/test-server.ts';

let server: TestServer;
let catalogue: Client['adminCatalogue'];
beforeAll(async () => {
  server = await startTestServer({
    env: {
      PROVIDER_HARBOUR_API_KEY: 'sk-harbour-canary-1',
      DEEPSEEK_API_KEY: '',
      STRIPE_API_KEY: 'sk-stripe-canary-3',
    },
  });
  catalogue = server.admin.client.adminCatalogue;
});
afterAll(() => server.close());

const FILE = `
providers:
  - name: Harbour
    baseUrl: https://harbour.example/v1
    apiKeyEnv: PROVIDER_HARBOUR_API_KEY
models:
  - title: harbour-chat
    provider: Harbour
    upstreamModel: chat-1
    capabilities: [tools]
    contextLength: 8192
    enabled: true
    prices: { input: 0.1234567891, output: 2, cachedInput: 0.05, call: "0.01" }
    limits: { requestsPerMinute: 600 }
  - title: harbour/painter
    provider: Harbour
    type: image
    prices: { image: 0.04 }
active:
  language: harbour-chat
`;

const actionsOf = (result: { changes: { action: string; kind: string; name: string }[] }) =>
  result.changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`);

async function modelNamed(title: string) {
  const { items } = await server.admin.client.adminModels.list.query();
  return items.find((model) => model.title === title);
}

test('a plan says what would change and changes nothing', async () => {
  const plan = await catalogue.plan.mutate({ text: FILE });
  expect(plan.faults).toEqual([]);
  expect(actionsOf(plan)).toEqual([
    'add provider Harbour',
    'add model harbour-chat',
    'add model harbour/painter',
    'keep active language',
  ]);
  expect(await modelNamed('harbour-chat')).toBeUndefined();
});

test('what is missing is added, its key taken from the environment', async () => {
  expect((await catalogue.import.mutate({ text: FILE })).faults).toEqual([]);
  expect(await modelNamed('harbour-chat')).toMatchObject({
    provider_name: 'Harbour',
    upstream_model: 'chat-1',
    capabilities: ['chat', 'tools'],
    context_length: 8192,
    input_price: '0.1234567891',
    cached_input_price: '0.05',
    call_price: '0.01',
    rpm_limit: 600,
    is_api_enabled: true,
  });
  expect(await modelNamed('harbour/painter')).toMatchObject({ type: 'image', image_price: '0.04' });
  const { items } = await server.admin.client.adminProviders.list.query();
  expect(items.find(({ name }) => name === 'Harbour')).toMatchObject({
    has_api_key: true,
    api_key_hint: 'ry-1',
  });
});

test('an exported file holds no key, and importing it changes nothing', async () => {
  const { text } = await catalogue.export.query();
  expect(text).toContain('apiKeyEnv: PROVIDER_HARBOUR_API_KEY');
  expect(text).not.toContain('canary');
  expect(text).not.toContain('Demo');
  const plan = await catalogue.plan.mutate({ text, replace: true });
  expect(plan.faults).toEqual([]);
  expect(plan.changes.map(({ action }) => action)).toEqual(['same', 'same', 'same']);
});

test('what is there is kept unless it is to be overwritten, and then each difference is told', async () => {
  const text = FILE.replace('output: 2', 'output: 3').replace('enabled: true', 'enabled: false');
  const kept = await catalogue.import.mutate({ text });
  expect(actionsOf(kept)).toContain('keep model harbour-chat');
  expect(await modelNamed('harbour-chat')).toMatchObject({ output_price: '2', is_api_enabled: true });

  const replaced = await catalogue.import.mutate({ text, replace: true });
  expect(replaced.changes).toContainEqual({
    action: 'change',
    kind: 'model',
    name: 'harbour-chat',
    fields: [
      { field: 'enabled', from: 'true', to: 'false' },
      { field: 'prices.output', from: '2', to: '3' },
    ],
    reason: null,
  });
  expect(replaced.changes).toContainEqual({
    action: 'change',
    kind: 'active',
    name: 'language',
    fields: [{ field: 'language', from: 'demo-chat', to: 'harbour-chat' }],
    reason: null,
  });
  expect(await modelNamed('harbour-chat')).toMatchObject({
    output_price: '3',
    input_price: '0.1234567891',
    is_api_enabled: false,
    is_active: true,
  });
  const audit = await server.container.orm.em
    .fork()
    .execute<{ action: string; after: unknown }[]>(
      "select action, after from aigcspace.audit_log where action like 'catalogue%' or action = 'model.update' order by id",
    );
  expect(audit.map(({ action }) => action)).toEqual(['catalogue.import', 'model.update', 'catalogue.import']);
  expect(audit.at(-1)?.after).toMatchObject({
    replace: true,
    changed: expect.arrayContaining(['model harbour-chat']),
  });
});

test('upstreams, aliases and fallbacks are imported, exported, and moved to another provider', async () => {
  const text = `
providers:
  - { name: Quay, baseUrl: "https://quay.example/v1" }
models:
  - title: harbour-routed
    provider: Harbour
    strategy: weighted
    upstreams:
      - { provider: Quay, upstreamModel: routed-at-quay, weight: 3, cost: { input: 0.5 } }
      - { provider: Harbour, upstreamModel: harbour-routed, priority: 2 }
    aliases: [routed, routed-too]
    fallbacks: [harbour-spare, harbour-chat]
    prices: { input: 1, output: 2 }
  - title: harbour-spare
    provider: Quay
    prices: { input: 1, output: 2 }
`;
  expect((await catalogue.import.mutate({ text })).faults).toEqual([]);
  const { id } = (await modelNamed('harbour-routed')) ?? { id: 0 };
  const routing = await server.admin.client.adminModels.routing.query({ id });
  expect(routing).toMatchObject({
    strategy: 'weighted',
    aliases: ['routed', 'routed-too'],
    fallbacks: [{ title: 'harbour-spare' }, { title: 'harbour-chat' }],
  });
  expect(routing.upstreams).toMatchObject([
    { is_own: false, provider_name: 'Quay', upstream_model: 'routed-at-quay', weight: 3, input_cost: '0.5' },
    { is_own: true, provider_name: 'Harbour', priority: 2 },
  ]);
  const again = await catalogue.plan.mutate({ text, replace: true });
  expect(new Set(again.changes.map(({ action }) => action))).toEqual(new Set(['same']));
  const exported = await catalogue.export.query();
  const same = await catalogue.plan.mutate({ ...exported, replace: true });
  expect(same.faults).toEqual([]);
  expect(new Set(same.changes.map(({ action }) => action))).toEqual(new Set(['same']));

  const moved = 'models:\n  - { title: harbour-routed, provider: Quay, upstreamModel: routed-at-quay }\n';
  const result = await catalogue.import.mutate({ text: moved, replace: true });
  expect(result.faults).toEqual([]);
  expect(result.changes[0]?.fields).toEqual([
    { field: 'provider', from: 'Harbour', to: 'Quay' },
    { field: 'upstreamModel', from: null, to: 'routed-at-quay' },
  ]);
  expect(await modelNamed('harbour-routed')).toMatchObject({
    provider_name: 'Quay',
    upstream_model: 'routed-at-quay',
  });

  const wrong = `models:
  - title: harbour-spare
    provider: Quay
    upstreams: [{ provider: Harbour, upstreamModel: x }]
  - title: harbour-chat
    provider: Harbour
    aliases: [routed]
    fallbacks: [nobody]
`;
  const { faults } = await catalogue.plan.mutate({ text: wrong, replace: true });
  expect(faults).toEqual([
    expect.objectContaining({
      line: 4,
      column: 16,
      message: expect.stringContaining('must be among its upstreams') as unknown,
    }),
    expect.objectContaining({ line: 8, column: 16, message: 'There is no model named "nobody".' }),
  ]);
});

test('with anything wrong nothing is changed, and every fault has its place in the file', async () => {
  const text = `providers:
  - name: Other
    baseUrl: ftp://other.example
  - name: DeepSeek
    preset: deepseek
models:
  - title: new-one
    provider: Nobody
  - title: harbour-chat
    provider: Harbour
    type: embedding
  - title: demo-chat
    provider: Harbour
  - title: later
    provider: DeepSeek
`;
  const result = await catalogue.import.mutate({ text, replace: true });
  expect(result.faults).toEqual([
    expect.objectContaining({
      line: 3,
      column: 14,
      message: 'The address must begin with http:// or https://.',
    }),
    expect.objectContaining({ line: 8, column: 15, message: 'There is no provider named "Nobody".' }),
    expect.objectContaining({
      line: 11,
      column: 11,
      message: expect.stringContaining('answers calls without a model') as unknown,
    }),
    expect.objectContaining({
      line: 12,
      column: 12,
      message: 'There is already a cloud model named "demo-chat".',
    }),
  ]);
  expect(actionsOf(result)).toEqual(expect.arrayContaining(['skip provider DeepSeek', 'skip model later']));
  expect((await modelNamed('harbour-chat'))?.type).toBe('language');
});

test('a file in which a key stands by mistake is refused without repeating it', async () => {
  const { faults } = await catalogue.plan.mutate({
    text: 'providers:\n  - name: P\n    apiKey: sk-canary\n',
  });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatchObject({ line: 3, column: 5 });
  expect(JSON.stringify(faults)).not.toContain('canary');
});

test('the example in the repository is a file that can be imported', async () => {
  const text = await readFile(new URL('../../../config/models.example.yaml', import.meta.url), 'utf8');
  const plan = await catalogue.plan.mutate({ text });
  expect(plan.faults).toEqual([]);
  expect(actionsOf(plan)).toEqual(
    expect.arrayContaining(['skip provider Alibaba Cloud Bailian', 'add model harbour-painter']),
  );
});

test('the configured file adds what is missing at a start, and a fault in it stops the start', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aigc-models-file-'));
  const path = join(folder, 'models.yaml');
  const { env, log, deps } = server.container;
  const read = (isRequired: boolean) =>
    importModelsFile(deps(), { env: { ...env, modelsFile: { path, isRequired } }, log });
  await read(false);
  await expect(read(true)).rejects.toThrow(/models\.yaml cannot be read \(ENOENT\)/);
  const file = (price: number) =>
    `models:\n  - { title: from-file, provider: Harbour, prices: { input: ${price}, output: 2 } }\n`;
  await writeFile(path, file(1));
  await read(true);
  await writeFile(path, file(5));
  await read(true);
  expect(await modelNamed('from-file')).toMatchObject({ input_price: '1' });
  await writeFile(path, file(1).replace('output', 'ouput'));
  await expect(read(true)).rejects.toThrow(/models\.yaml:2:64: models\[0\]\.prices: unknown key "ouput"/);
  await rm(folder, { recursive: true });
});

test('the command line exports, plans and imports, and tells faults as file, line and column', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aigc-catalogue-'));
  const path = join(folder, 'models.yaml');
  const { databaseUrl } = server.container.env;
  const cli = (...args: string[]) =>
    runInProcess(['catalogue', ...args], {
      DATABASE_URL: databaseUrl ?? '',
      DATA_DIR: folder,
      SECRET_KEYS: TEST_SECRET_KEYS,
      PROVIDER_HARBOUR_API_KEY: 'sk-harbour-canary-1',
    });
  expect(await cli('export', '--output', path)).toMatchObject({ code: 0 });
  expect(await cli('import', path, '--replace', '--dry-run')).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringContaining('There is nothing to change.') as unknown,
  });
  const text = await readFile(path, 'utf8');
  expect(text).not.toContain('canary');

  await writeFile(path, text.replace('contextLength: 8192', 'contextLength: 4096'));
  expect((await cli('import', path)).stdout).toContain(
    '= model harbour-chat (stays as it is without --replace)',
  );
  const done = await cli('import', path, '--replace');
  expect(done).toMatchObject({ code: 0, stdout: '~ model harbour-chat\n    contextLength: 8192 -> 4096\n' });
  expect((await modelNamed('harbour-chat'))?.context_length).toBe(4096);

  await writeFile(path, 'models:\n  - title: 1\n');
  expect(await cli('import', path)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /models\.yaml:2:5: models\[0\]\.provider is missing\.\n.*models\.yaml:2:12: .*\nNothing was changed\./,
    ) as unknown,
  });
  await rm(folder, { recursive: true });
});

test.each([
  ['a preset’s key for another server', 'OPENAI_API_KEY', 'https://elsewhere.example/v1'],
  ['a key that is none of the platform’s', 'STRIPE_API_KEY', 'https://elsewhere.example/v1'],
])(
  'the panel cannot have %s sent anywhere; whoever runs the server can',
  async (_what, variable, baseUrl) => {
    const name = `Elsewhere ${variable}`;
    const text = `providers:\n  - { name: ${name}, baseUrl: ${baseUrl}, apiKeyEnv: ${variable} }\n`;
    const [change] = (await catalogue.import.mutate({ text })).changes;
    expect(change).toMatchObject({ action: 'skip' });
    expect(change?.reason).toContain(`may not send ${variable} to this address`);
    const env = {
      DATABASE_URL: server.container.connectionString,
      SECRET_KEYS: TEST_SECRET_KEYS,
      [variable]: 'sk-of-the-operator',
    };
    const file = join(await mkdtemp(join(tmpdir(), 'aigc-operator-')), 'models.yaml');
    await writeFile(file, text);
    expect((await runInProcess(['catalogue', 'import', file], env)).code).toBe(0);
    const { items } = await server.admin.client.adminProviders.list.query();
    expect(items.find((item) => item.name === name)).toMatchObject({ has_api_key: true });
  },
);

test('a key is not sent to a new address by way of a provider that is known', async () => {
  await server.admin.client.adminProviders.create.mutate({
    name: 'OpenAI',
    preset: 'openai',
    base_url: 'https://api.openai.com/v1',
    api_key: 'sk-openai-canary-4',
  });
  const text = 'providers:\n  - { name: OpenAI, preset: openai, baseUrl: "https://elsewhere.example/v1" }\n';
  const { faults } = await catalogue.import.mutate({ text, replace: true });
  expect(faults.map(({ message }) => message).join()).toMatch(/key/i);
});

test('a price that models of the type are never billed by is refused, here and in the form', async () => {
  const text = FILE.replace('call: "0.01"', 'image: 1');
  const { faults } = await catalogue.plan.mutate({ text, replace: true });
  expect(faults).toEqual([
    expect.objectContaining({ message: expect.stringContaining('never billed by image_price') as string }),
  ]);
  const model = await modelNamed('harbour-chat');
  await expect(
    server.admin.client.adminModels.update.mutate({ id: model?.id ?? 0, character_price: '1' }),
  ).rejects.toThrow('never billed by character_price');
});
