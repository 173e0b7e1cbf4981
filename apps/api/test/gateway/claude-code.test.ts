import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { messageEvents, wholeMessage } from '../support/messages-wire.ts';
import { startWireUpstream, type WireUpstream } from '../support/wire-upstream.ts';

/**
 * What Claude Code sends, by the shape of its requests:
 * https://code.claude.com/docs/en/llm-gateway-protocol. It streams, marks what is to be cached, sends tools with
 * every request, and thinks.
 */

let world: GatewayWorld;
let anthropic: WireUpstream;

beforeAll(async () => {
  anthropic = await startWireUpstream();
  world = await startGatewayWorld();
  await world.topUp('100');
  await world.addCloudModel({
    title: 'claude-native',
    dialect: 'anthropic',
    baseUrl: anthropic.baseUrl,
    upstreamModel: 'claude-sonnet-4-5',
  });
});
afterEach(() => {
  world.upstream.reset();
  anthropic.reset();
});
afterAll(async () => {
  await world.close();
  await anthropic.close();
});

const EPHEMERAL = { type: 'ephemeral' };
const BETA = 'claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27';
const HEADERS = {
  'anthropic-version': '2023-06-01',
  'anthropic-beta': BETA,
  'anthropic-dangerous-direct-browser-access': 'true',
  'user-agent': 'claude-cli/2.1.200 (external, cli)',
  'x-app': 'cli',
  'x-claude-code-session-id': '1f9b1c1e-5b0d-4d43-9b0e-2f3f4f5f6f7f',
  'x-stainless-helper-method': 'stream',
};
const READ_TOOL = {
  name: 'Read',
  description: 'Reads a file',
  input_schema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: { file_path: { type: 'string' } },
    required: ['file_path'],
    additionalProperties: false,
  },
};
const IMAGE = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } };

/** The second request of a turn: the model has read a file, and goes on. */
function turn(model: string) {
  return {
    model,
    max_tokens: 32_000,
    stream: true,
    metadata: { user_id: `user_${'a'.repeat(64)}_account__session_1f9b1c1e-5b0d-4d43-9b0e-2f3f4f5f6f7f` },
    system: [
      { type: 'text', text: 'You are a coding agent.', cache_control: EPHEMERAL },
      { type: 'text', text: 'The working directory is /project.', cache_control: EPHEMERAL },
    ],
    tools: [READ_TOOL, { ...READ_TOOL, name: 'Edit', cache_control: EPHEMERAL }],
    thinking: { type: 'enabled', budget_tokens: 31_999 },
    context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'What is in the picture?' }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'I should look.', signature: 'c2ln' },
          { type: 'tool_use', id: 'toolu_1', name: 'Read', input: { file_path: '/project/a.png' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'toolu_1', content: [IMAGE], cache_control: EPHEMERAL },
        ],
      },
    ],
  };
}

const post = (path: string, body: unknown) => world.raw(path, body, { headers: HEADERS });

describe('Claude Code', () => {
  test('finds something at its address, and the models it may use', async () => {
    const probe = await fetch(world.origin, { method: 'HEAD' });
    expect(probe.status).toBe(200);
    const answer = await fetch(`${world.origin}/v1/models?limit=1000`, {
      headers: { ...HEADERS, authorization: `Bearer ${world.key}` },
    });
    const { data } = (await answer.json()) as { data: { id: string; type: string; display_name: string }[] };
    // It offers those alone whose names begin like this.
    const offered = data.filter(({ id }) => /^(claude|anthropic)/.test(id));
    expect(offered).toMatchObject([{ id: 'claude-native', type: 'model', display_name: 'claude-native' }]);
  });

  test("reaches Anthropic's API with its request and its headers as they are, the model's name apart", async () => {
    anthropic.next({
      events: messageEvents([{ type: 'text', text: 'A cat.' }]),
      isTorn: true,
    });
    const request = turn('claude-native');
    const answer = await post('/v1/messages?beta=true', request);
    const text = await answer.text();
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(text).toContain('"text":"A c"');
    expect(text.trimEnd().endsWith('{"type":"message_stop"}')).toBe(true);
    expect(text).toContain('event: ping\n');
    const [asked] = anthropic.requests;
    expect(asked?.body).toEqual({ ...request, model: 'claude-sonnet-4-5' });
    expect(asked?.headers).toMatchObject({ 'anthropic-version': '2023-06-01', 'anthropic-beta': BETA });
    expect(await world.lastCall()).toMatchObject({
      endpoint: 'messages',
      is_stream: true,
      status: 'success',
    });
  });

  test('reaches any other model, and is told what could not be carried', async () => {
    world.upstream.next({
      text: 'A cat.',
      reasoning: 'I see.',
      usage: { promptTokens: 50, completionTokens: 9 },
    });
    const answer = await post('/v1/messages?beta=true', turn('cloud'));
    const text = await answer.text();
    const types = [...text.matchAll(/^event: (\w+)$/gm)].map(([, type]) => type);
    expect(types[0]).toBe('message_start');
    expect(types.slice(-2)).toEqual(['message_delta', 'message_stop']);
    expect(text).toContain('"type":"thinking_delta","thinking":"I see."');
    expect(answer.headers.get('x-aigc-params')).toMatch(/dropped=.*context_management/);
    const sent = world.upstream.requests[0]?.body as Record<string, unknown> & { user: string };
    expect(sent).toMatchObject({
      // The most that this model writes.
      max_tokens: 4096,
      stream: true,
      messages: [
        { role: 'system', content: 'You are a coding agent.\n\nThe working directory is /project.' },
        { role: 'user', content: 'What is in the picture?' },
        { role: 'assistant', content: null, tool_calls: [{ id: 'toolu_1', function: { name: 'Read' } }] },
        { role: 'tool', tool_call_id: 'toolu_1' },
        { role: 'user', content: [{ type: 'text' }, { type: 'image_url' }] },
      ],
      tools: [{ function: { name: 'Read' } }, { function: { name: 'Edit' } }],
    });
    // Of nothing that such an upstream might refuse for not knowing it.
    expect(JSON.stringify(sent)).not.toMatch(/cache_control|thinking|reasoning_effort|context_management/);
    expect(sent.user).toMatch(/^[0-9a-f]{64}$/);
    expect(await world.lastCall()).toMatchObject({ input_tokens: 50, output_tokens: 9 });
  });

  test('counts tokens and asks small models small things, whichever model answers', async () => {
    anthropic.next({ json: { input_tokens: 812 } });
    const { stream: _stream, max_tokens: _limit, metadata: _user, ...counted } = turn('claude-native');
    const native = await world.post('/v1/messages/count_tokens?beta=true', counted, HEADERS);
    expect(native.json).toEqual({ input_tokens: 812 });
    const estimated = await world.post(
      '/v1/messages/count_tokens?beta=true',
      { ...counted, model: 'cloud' },
      HEADERS,
    );
    expect(estimated.json).toEqual({ input_tokens: expect.any(Number) as number });
    expect(estimated.headers.get('x-aigc-estimate')).toBe('true');
    anthropic.next(wholeMessage([{ type: 'text', text: '{"title":"A cat"}' }]));
    const small = await world.post(
      '/v1/messages?beta=true',
      {
        model: 'claude-native',
        max_tokens: 512,
        temperature: 1,
        messages: [{ role: 'user', content: 'Title?' }],
      },
      HEADERS,
    );
    expect(small).toMatchObject({ status: 200, json: { type: 'message', stop_reason: 'end_turn' } });
  });

  test('is told of the failure of a stream by an event, and of no end', async () => {
    const failure = { type: 'error', error: { type: 'api_error', message: 'Internal server error' } };
    anthropic.next({ events: [...messageEvents([{ type: 'text', text: 'A cat.' }]).slice(0, 4), failure] });
    const answer = await post('/v1/messages?beta=true', turn('claude-native'));
    const events = (await answer.text()).split('\n\n').filter((event) => event !== '');
    const last = events.at(-1) ?? '';
    expect(last.startsWith('event: error\ndata: ')).toBe(true);
    expect(JSON.parse(last.slice('event: error\ndata: '.length))).toMatchObject({
      type: 'error',
      error: { type: 'api_error' },
      request_id: answer.headers.get('request-id'),
    });
    expect(events.some((event) => event.includes('message_stop'))).toBe(false);
  });
});

test('every bill adds up', () => world.expectBooksRight());
