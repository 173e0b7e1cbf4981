import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import {
  testEventSchema,
  type TestReason,
  type TestResult,
  type TestStep,
} from '@aigc/shared/schemas/connection-test';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Behaviour } from '../../test/support/scripted-upstream/behaviour.ts';
import { TEST_CERTIFICATE } from '../../test/support/scripted-upstream/certificate.ts';
import {
  startScriptedUpstream,
  unusedOrigin,
  type ScriptedUpstream,
} from '../../test/support/scripted-upstream/scripted-upstream.ts';
import { AllowList } from '../outbound/allow-list.ts';
import { createOutbound, type CreateOutboundOptions } from '../outbound/dispatcher.ts';
import type { Outbound } from '../outbound/outbound.ts';
import { testConnection, type ConnectionTestOptions } from './test-connection.ts';

let upstream: ScriptedUpstream;
let outbound: Outbound;
beforeAll(async () => {
  upstream = await startScriptedUpstream({ models: ['m', 'org/m'] });
  outbound = outboundWith();
});
afterEach(() => {
  upstream.reset();
  upstream.setModels(['m', 'org/m']);
  vi.unstubAllEnvs();
});
afterAll(async () => {
  await outbound.close();
  await upstream.close();
});

function outboundWith(options: Partial<CreateOutboundOptions> = {}): Outbound {
  return createOutbound({
    policy: {
      allow: AllowList.empty,
      allowLoopback: true,
      ownPorts: () => new Set(),
      allowMetadata: false,
    },
    ...options,
  });
}

interface Run {
  steps: TestStep[];
  /** `step state` or `step state reason`, of what ended. */
  ends: string[];
  result: TestResult;
}

async function run(given: Partial<ConnectionTestOptions> = {}): Promise<Run> {
  const steps: TestStep[] = [];
  const results: TestResult[] = [];
  const options: ConnectionTestOptions = {
    baseUrl: upstream.baseUrl,
    model: 'm',
    mode: 'chat',
    outbound,
    signal: new AbortController().signal,
    ...given,
  };
  for await (const event of testConnection(options)) {
    testEventSchema.parse(event);
    if (event.type === 'step') steps.push(event);
    else results.push(event);
  }
  const [result] = results;
  if (result === undefined || results.length !== 1) throw new Error('a test has one result');
  const ends = steps
    .filter(({ state }) => state !== 'running')
    .map(({ step, state, reason }) => [step, state, reason].filter((part) => part !== undefined).join(' '));
  return { steps, ends, result };
}

async function runWith(...behaviours: Behaviour[]): Promise<Run> {
  upstream.next(...behaviours);
  return run();
}

const CONNECTED = ['resolve passed', 'connect passed'];

describe('a test that passes', () => {
  test('runs each step before it ends, in order, and reports latency, models, streaming and usage', async () => {
    const { steps, ends, result } = await run();
    expect(ends).toEqual([
      ...CONNECTED,
      'first_byte passed',
      'valid_answer passed',
      'streaming passed',
      'usage passed',
    ]);
    expect(steps.map(({ step, state }) => `${step} ${state}`)).toEqual(
      ends.flatMap((end) => [`${end.split(' ')[0]} running`, end]).filter((line) => line !== 'usage running'),
    );
    for (const { state, ms, step } of steps) {
      if (state === 'passed' && step !== 'usage') expect(ms).toBeGreaterThanOrEqual(0);
    }
    expect(steps.find(({ detail }) => detail === 'm')?.step).toBe('valid_answer');
    expect(result).toMatchObject({
      ok: true,
      reason: null,
      message: null,
      models: ['m', 'org/m'],
      streaming: true,
      usage: true,
    });
    expect(result.latency_ms).toBeGreaterThanOrEqual(0);
  });

  test('has a TLS step where there is TLS', async () => {
    const secure = await startScriptedUpstream({ tls: true });
    const trusting = outboundWith({ ca: TEST_CERTIFICATE });
    try {
      const { ends } = await run({ baseUrl: secure.baseUrl, outbound: trusting });
      expect(ends.slice(0, 4)).toEqual([...CONNECTED, 'tls passed', 'first_byte passed']);
      const untrusted = await run({ baseUrl: secure.baseUrl });
      expect(untrusted.ends.slice(2, 4)).toEqual(['tls failed tls', 'first_byte skipped']);
      expect(untrusted.result).toMatchObject({ ok: false, reason: 'tls' });
    } finally {
      await trusting.close();
      await secure.close();
    }
  });

  test('calls the resolved address with the key and nothing from the environment', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'sk-operator');
    vi.stubEnv('OPENAI_ADMIN_KEY', 'sk-operator-admin');
    vi.stubEnv('OPENAI_ORG_ID', 'org-operator');
    vi.stubEnv('OPENAI_PROJECT_ID', 'proj-operator');
    vi.stubEnv('OPENAI_BASE_URL', 'http://elsewhere.invalid');
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'x-operator: secret');
    const baseUrl = `${upstream.baseUrl}/chat/completions?api-version=1`;
    expect((await run({ baseUrl, apiKey: 'users-own-key' })).result.ok).toBe(true);
    expect((await run()).result.ok).toBe(true);
    const paths = upstream.requests.map(({ method, path }) => `${method} ${path}`);
    expect(paths.slice(0, 3)).toEqual([
      'POST /v1/chat/completions?api-version=1',
      'POST /v1/chat/completions?api-version=1',
      'GET /v1/models?api-version=1',
    ]);
    expect(upstream.requests.map(({ credential }) => credential)).toEqual([
      ...Array.from({ length: 3 }, () => 'users-own-key'),
      ...Array.from({ length: 3 }, () => null),
    ]);
    expect(JSON.stringify(upstream.requests)).not.toContain('operator');
    expect(JSON.stringify(upstream.requests)).not.toContain('stainless');
  });

  test('without a model takes the first that the upstream lists', async () => {
    const { result, ends } = await run({ model: undefined });
    expect(result).toMatchObject({ ok: true, models: ['m', 'org/m'] });
    expect(ends.slice(0, 3)).toEqual([...CONNECTED, 'first_byte passed']);
    expect(upstream.requests.map(({ model }) => model)).toEqual([null, 'm', 'm']);
  });

  test('of a vision model sends an image, of an embedding model asks for a vector', async () => {
    expect((await run({ mode: 'vision' })).result.ok).toBe(true);
    expect(upstream.requests[0]?.bodyText).toContain('data:image/png;base64,');
    upstream.reset();
    const { result, ends } = await run({ mode: 'embedding' });
    expect(result).toMatchObject({ ok: true, streaming: false, usage: true });
    expect(ends.slice(-3)).toEqual(['valid_answer passed', 'streaming skipped', 'usage passed']);
    expect(upstream.requests[0]).toMatchObject({ path: '/v1/embeddings', model: 'm' });
  });

  test.each<[string, Behaviour[], Partial<TestResult>, string[]]>([
    [
      'no usage at all',
      [{ usage: null }, { usage: null }],
      { streaming: true, usage: false },
      ['usage warning'],
    ],
    ['no usage in streams', [{}, { usage: null }], { streaming: true, usage: false }, ['usage warning']],
    ['an explicit usage of zero', [{ usage: { promptTokens: 0, completionTokens: 0 } }], { usage: true }, []],
    ['no streams', [{}, { ignoresStream: true }], { streaming: false, usage: true }, ['streaming warning']],
    [
      'streams that break',
      [{}, { fault: { kind: 'reset_mid_stream', afterEvents: 0 } }],
      { streaming: false, usage: true },
      ['streaming warning reset'],
    ],
    [
      'usage on the finish chunk',
      [{}, { usagePlacement: 'finish_chunk' }],
      { streaming: true, usage: true },
      [],
    ],
    [
      'no stream_options, which are left out then',
      [{}, { rejects: ['stream_options'] }, { usagePlacement: 'always' }],
      { streaming: true, usage: true },
      [],
    ],
    [
      'only the newer name of the limit',
      [{ rejects: ['max_tokens'] }, {}, { rejects: ['max_tokens'] }],
      { streaming: true, usage: true },
      [],
    ],
    ['answers of reasoning only', [{ text: '', reasoning: 'hm' }, {}], { streaming: true }, []],
    ['JSON that does not say so', [{ headers: { 'content-type': 'text/plain' } }], { usage: true }, []],
    [
      'a stream that never ends',
      [{}, { fault: { kind: 'endless', everyMs: 0 } }],
      { streaming: true, usage: true },
      [],
    ],
  ])('also when the upstream has %s', async (_name, behaviours, expected, remarks) => {
    const { result, ends } = await runWith(...behaviours);
    expect(result).toMatchObject({ ok: true, reason: null, ...expected });
    expect(ends.filter((end) => !end.endsWith('passed'))).toEqual(remarks);
  });

  test('also when the upstream has no list of models, or one in another form', async () => {
    for (const models of [
      null,
      { fault: { kind: 'not_openai' } },
      { fault: { kind: 'reset_before_headers' } },
    ]) {
      upstream.setModels(models as Behaviour | null);
      expect((await run()).result).toMatchObject({ ok: true, models: [] });
    }
  });

  test('shows at most 500 models, each once', async () => {
    upstream.setModels(['m', 'm', 'bad\u0000id', ...Array.from({ length: 600 }, (_, index) => `m${index}`)]);
    const { models } = (await run()).result;
    expect(models).toHaveLength(500);
    expect(models.slice(0, 2)).toEqual(['m', 'm0']);
  });
});

describe('a test that fails names the step and the reason', () => {
  const inAnswer = (reason: TestReason): string[] => [
    ...CONNECTED,
    'first_byte passed',
    `valid_answer failed ${reason}`,
    'streaming skipped',
    'usage skipped',
  ];

  test.each<[TestReason, Behaviour, Partial<TestResult>]>([
    ['unauthorized', { fault: { kind: 'error', status: 401 } }, { http_status: 401 }],
    ['unauthorized', { fault: { kind: 'error', status: 403, body: 'html' } }, { http_status: 403 }],
    [
      'unauthorized',
      { fault: { kind: 'error', status: 400, message: 'API key not valid. Please pass a valid API key.' } },
      {},
    ],
    ['rate_limited', { fault: { kind: 'error', status: 429, retryAfter: '1' } }, { http_status: 429 }],
    ['model_not_found', { fault: { kind: 'error', status: 404 } }, { models: ['m', 'org/m'] }],
    [
      'model_not_found',
      {
        fault: {
          kind: 'error',
          status: 404,
          code: 'x',
          message: 'model "m" not found, try pulling it first',
        },
      },
      {},
    ],
    [
      'model_not_found',
      { fault: { kind: 'error', status: 404, body: 'no_error', message: 'The model `m` does not exist.' } },
      {},
    ],
    ['model_not_found', { fault: { kind: 'error', status: 400, message: 'Model Not Exist' } }, {}],
    ['model_not_found', { fault: { kind: 'error', status: 400, message: '模型不存在' } }, {}],
    [
      'not_found',
      { fault: { kind: 'error', status: 404, body: 'text', message: 'Not Found' } },
      { models: [] },
    ],
    ['not_found', { fault: { kind: 'error', status: 404, body: 'html' } }, {}],
    ['not_found', { fault: { kind: 'error', status: 405, body: 'empty' } }, { http_status: 405 }],
    ['upstream_error', { fault: { kind: 'error', status: 500 } }, { http_status: 500 }],
    ['upstream_error', { fault: { kind: 'error', status: 529, body: 'empty' } }, { http_status: 529 }],
    ['upstream_error', { fault: { kind: 'error', status: 402 } }, { http_status: 402 }],
    ['upstream_error', { fault: { kind: 'error', status: 502, body: 'html' } }, {}],
    ['html_answer', { fault: { kind: 'html' } }, { http_status: 200 }],
    ['invalid_json', { fault: { kind: 'not_json' } }, {}],
    ['not_openai', { fault: { kind: 'not_openai' } }, {}],
    ['too_large', { fault: { kind: 'long_line', bytes: 6 * 1024 * 1024 } }, {}],
    ['reset', { fault: { kind: 'reset_mid_stream', afterEvents: 0 } }, {}],
  ])('%s in the answer: %j', async (reason, behaviour, expected) => {
    const { result, ends } = await runWith(behaviour);
    expect(ends).toEqual(inAnswer(reason));
    expect(result).toMatchObject({ ok: false, reason, streaming: false, usage: false, ...expected });
    expect(result.message).not.toBe('');
  });

  test.each<[TestReason, Behaviour]>([
    ['redirect', { fault: { kind: 'redirect', location: '/v2' } }],
    ['reset', { fault: { kind: 'reset_before_headers' } }],
    ['not_openai', { fault: { kind: 'gzip' } }],
  ])('%s before the first byte', async (reason, behaviour) => {
    const { result, ends } = await runWith(behaviour);
    expect(ends.slice(0, 4)).toEqual([...CONNECTED, `first_byte failed ${reason}`, 'valid_answer skipped']);
    expect(result).toMatchObject({ ok: false, reason });
  });

  test.each(['', 'localhost:8080', 'ftp://h/', 'http://u:p@h/', 'http://h/#x'])(
    'invalid_url: %j',
    async (baseUrl) => {
      const { result, ends } = await run({ baseUrl });
      expect(ends[0]).toBe('resolve failed invalid_url');
      expect(result.reason).toBe('invalid_url');
    },
  );

  test('dns, refused and tls at their steps', async () => {
    const lost = outboundWith({ resolve: () => Promise.reject(new Error('ENOTFOUND')) });
    const missing = await run({ baseUrl: 'http://nowhere.example/v1', outbound: lost });
    await lost.close();
    expect(missing.ends.slice(0, 2)).toEqual(['resolve failed dns', 'connect skipped']);
    const refused = await run({ baseUrl: await unusedOrigin() });
    expect(refused.ends.slice(0, 2)).toEqual(['resolve passed', 'connect failed refused']);
    const plain = await run({ baseUrl: upstream.baseUrl.replace('http:', 'https:') });
    expect(plain.ends.slice(0, 3)).toEqual([...CONNECTED, 'tls failed tls']);
  });

  test('a forbidden address, whose entry is shown only to those who may know it', async () => {
    const strict = outboundWith({
      policy: { ...outbound.policy, allowLoopback: false },
      resolve: async () => [{ address: '10.1.2.3', family: 4 }],
    });
    const baseUrl = 'http://internal.example:8080/v1';
    const user = await run({ baseUrl, outbound: strict });
    expect(user.ends[0]).toBe('resolve failed address_forbidden');
    expect(JSON.stringify(user)).not.toContain('10.1.2.3');
    const administrator = await run({ baseUrl, outbound: strict, revealAllowEntry: true });
    expect(administrator.result).toMatchObject({ reason: 'address_forbidden', allow_entry: '10.1.2.3:8080' });
    await strict.close();
  });

  test('a key that no header can carry is refused without a call', async () => {
    const { result } = await run({ apiKey: 'ключ\n' });
    expect(result).toMatchObject({ ok: false, reason: 'unauthorized' });
    expect(upstream.requests).toEqual([]);
  });

  test('without a model and without a list, a model is required', async () => {
    for (const models of [null, [], { fault: { kind: 'not_json' } }]) {
      upstream.setModels(models as Behaviour | null);
      const { result, ends } = await run({ model: undefined });
      expect(ends).toEqual(inAnswer('model_required'));
      expect(result.reason).toBe('model_required');
    }
    upstream.setModels({ fault: { kind: 'error', status: 401 } });
    expect((await run({ model: undefined })).result.reason).toBe('unauthorized');
    upstream.setModels({ fault: { kind: 'html' } });
    expect((await run({ model: undefined })).result.reason).toBe('html_answer');
  });
});

describe('a test ends in time', () => {
  test('when nothing answers', async () => {
    upstream.next({ fault: { kind: 'hang_before_headers' } });
    const { result, ends } = await run({ deadlineMs: 400 });
    expect(ends[2]).toBe('first_byte failed headers_timeout');
    expect(result.reason).toBe('headers_timeout');
    await upstream.waitFor({ aborted: 1 });
  });

  test('when an answer does not end', async () => {
    upstream.next({ fault: { kind: 'hang_mid_stream', afterEvents: 0 } });
    const { result, ends } = await run({ deadlineMs: 400 });
    expect(ends[3]).toBe('valid_answer failed total_timeout');
    expect(result.reason).toBe('total_timeout');
  });

  test('when a handshake is not answered', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const { ends } = await run({ baseUrl: `https://127.0.0.1:${port}`, deadlineMs: 400 });
    expect(ends[2]).toBe('tls failed connect_timeout');
    silent.close();
  });

  test('and a slow stream that began has passed', { timeout: 20_000 }, async () => {
    upstream.next({}, { dripMs: 60_000 });
    const { result } = await run({ deadlineMs: 5_000 });
    expect(result).toMatchObject({ ok: true, streaming: true, usage: true });
  });

  test('when its caller aborts, and when its reader leaves, the upstream call is closed', async () => {
    upstream.next({ fault: { kind: 'hang_before_headers' } }, { fault: { kind: 'hang_before_headers' } });
    const controller = new AbortController();
    const running = run({ signal: controller.signal });
    await upstream.waitFor({ requests: 1 });
    controller.abort();
    expect((await running).result).toMatchObject({
      ok: false,
      reason: 'aborted',
      message: 'The test was cancelled.',
    });
    await upstream.waitFor({ aborted: 1 });

    const options: ConnectionTestOptions = {
      baseUrl: upstream.baseUrl,
      model: 'm',
      mode: 'chat',
      outbound,
      signal: new AbortController().signal,
    };
    for await (const event of testConnection(options)) {
      if (event.type === 'step' && event.step === 'first_byte') break;
    }
    await upstream.waitFor({ requests: 2, aborted: 1 });
  });
});

describe('what the upstream says', () => {
  test('is shown from an OpenAI envelope, short and without credentials or private addresses', async () => {
    const message = `Bad key users-own-key (sk-abc***wxyz), Bearer abc.def, from 10.0.0.7 to [fd00::1]:80\n${'x '.repeat(300)}`;
    upstream.next({ fault: { kind: 'error', status: 500, message } });
    const { result } = await run({ apiKey: 'users-own-key' });
    expect(result.message?.length).toBeLessThanOrEqual(200);
    expect(result.message).toMatch(
      /^Bad key \[removed\] \(\[removed\]\), \[removed\] from \[removed\] to \[removed\]:80 x x/,
    );
  });

  test.each(['string', 'no_error', 'text', 'html'] as const)(
    'is not shown from a body of the form %s',
    async (body) => {
      const { result } = await runWith({ fault: { kind: 'error', status: 500, body, message: 'CANARY' } });
      expect(JSON.stringify(result)).not.toContain('CANARY');
      expect(result.message).toBe('The upstream answered with an error.');
    },
  );

  test('is never part of a result when the answer was none', async () => {
    upstream.script('m', { fault: { kind: 'html' } });
    expect(JSON.stringify(await run())).not.toContain('It works');
    upstream.script('m', { fault: { kind: 'not_openai' } });
    expect(JSON.stringify(await run())).not.toContain('/v1/chat');
  });
});
