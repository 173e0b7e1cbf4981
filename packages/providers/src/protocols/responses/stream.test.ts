import { expect, test } from 'vitest';
import { chatToResponse } from './from-chat.ts';
import { ResponseWriter } from './stream.ts';

type Data = Record<string, unknown> & {
  type: string;
  sequence_number: number;
  response?: Record<string, unknown>;
};

const context = { request: { model: 'm', input: 'Hi' }, model: 'm', requestId: 'req_abc' };
const delta = (members: object, finishReason: string | null = null, more = {}) => ({
  id: 'chatcmpl-1',
  created: 1_700_000_000,
  choices: [{ index: 0, delta: members, finish_reason: finishReason, ...more }],
});
const USAGE = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };

function write(...chunks: Record<string, unknown>[]): Data[] {
  const writer = new ResponseWriter(context);
  const frames = [...chunks.flatMap((chunk) => writer.read(chunk)), ...writer.end()];
  const events = frames.map(({ data }) => data as Data);
  expect(frames.map(({ event }) => event)).toEqual(events.map(({ type }) => type));
  expect(events.map((event) => event.sequence_number)).toEqual(events.map((_event, index) => index));
  return events;
}

const types = (events: Data[]) => events.map(({ type }) => type.replace(/^response\./, ''));

test('a text is told in the order that clients insist on', () => {
  const events = write(
    delta({ role: 'assistant', content: '' }),
    delta({ content: 'Hel' }),
    delta({ content: 'lo' }),
    delta({}, 'stop'),
    { choices: [], usage: USAGE },
  );
  expect(types(events)).toEqual([
    'created',
    'in_progress',
    'output_item.added',
    'content_part.added',
    'output_text.delta',
    'output_text.delta',
    'output_text.done',
    'content_part.done',
    'output_item.done',
    'completed',
  ]);
  const item = { item_id: 'msg_abc01', output_index: 0, content_index: 0 };
  expect(events[0]?.response).toMatchObject({
    id: 'resp_abc',
    status: 'in_progress',
    output: [],
    usage: null,
  });
  expect(events[2]).toMatchObject({
    output_index: 0,
    item: { id: 'msg_abc01', content: [], status: 'in_progress' },
  });
  expect(events[3]).toMatchObject({ ...item, part: { type: 'output_text', text: '' } });
  expect(events[4]).toMatchObject({ ...item, delta: 'Hel', logprobs: [] });
  expect(events[6]).toMatchObject({ ...item, text: 'Hello' });
  expect(events[7]).toMatchObject({ ...item, part: { type: 'output_text', text: 'Hello' } });
  expect(events[8]).toMatchObject({ item: { status: 'completed' } });
  expect(events[9]?.response).toMatchObject({
    status: 'completed',
    usage: { input_tokens: 3, output_tokens: 2 },
  });
});

test('the last event holds what the same answer would have been without a stream', () => {
  const calls = [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }];
  const thoughts = [
    { type: 'thinking', signature: 's' },
    { type: 'redacted_thinking', data: 'd' },
  ];
  const message = {
    content: 'Hello',
    reasoning_content: 'hm',
    thinking_blocks: thoughts,
    tool_calls: calls,
  };
  const whole = chatToResponse(
    { created: 1_700_000_000, choices: [{ index: 0, message, finish_reason: 'tool_calls' }], usage: USAGE },
    context,
  );
  const events = write(
    delta({ reasoning_content: 'hm' }),
    delta({ thinking_blocks: [thoughts[0]] }),
    delta({ thinking_blocks: [thoughts[1]] }),
    delta({ content: 'Hello' }),
    delta({ tool_calls: [{ index: 0, ...calls[0] }] }),
    delta({}, 'tool_calls'),
    { choices: [], usage: USAGE },
  );
  expect(events.at(-1)?.response).toEqual(whole);
});

test('thoughts are an item that ends before the words begin', () => {
  const events = write(
    delta({ reasoning_content: 'h' }),
    delta({ reasoning: 'm' }),
    delta({ content: 'a' }, 'stop'),
  );
  expect(types(events).slice(2, 10)).toEqual([
    'output_item.added',
    'content_part.added',
    'reasoning_text.delta',
    'reasoning_text.delta',
    'reasoning_text.done',
    'content_part.done',
    'output_item.done',
    'output_item.added',
  ]);
});

test('calls are announced with id and name, and pieces that are interleaved find their call', () => {
  const call = (index: number, given: string, more = {}) => ({
    index,
    function: { arguments: given },
    ...more,
  });
  const events = write(
    delta({ content: 'One moment.' }),
    delta({ tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'f', arguments: '' } }] }),
    delta({ tool_calls: [call(0, '{"a"')] }),
    delta({
      tool_calls: [{ index: 1, id: 'c2', type: 'function', function: { name: 'g', arguments: '{' } }],
    }),
    delta({ tool_calls: [call(0, ':1}'), call(1, '}')] }),
    delta({}, 'tool_calls'),
  );
  const added = events.filter(({ type }) => type === 'response.output_item.added');
  expect(added.map(({ output_index: index, item }) => ({ index, ...(item as object) }))).toMatchObject([
    { index: 0, type: 'message' },
    { index: 1, type: 'function_call', call_id: 'c1', name: 'f', arguments: '', status: 'in_progress' },
    { index: 2, type: 'function_call', call_id: 'c2', name: 'g', arguments: '' },
  ]);
  const done = events.filter(({ type }) => type === 'response.function_call_arguments.done');
  expect(done).toMatchObject([
    { output_index: 1, name: 'f', arguments: '{"a":1}' },
    { output_index: 2, name: 'g', arguments: '{}' },
  ]);
  // The message was done before the first call was added.
  expect(types(events).indexOf('output_item.done')).toBeLessThan(events.indexOf(added[1] as Data));
});

test('calls without index, id or an early name are told apart all the same', () => {
  const events = write(
    delta({ tool_calls: [{ id: 'c1', function: { arguments: '{"a"' } }] }),
    delta({ tool_calls: [{ function: { name: 'f', arguments: ':1}' } }] }),
    delta({ tool_calls: [{ id: 'c2', function: { name: 'g', arguments: '{}' } }] }),
    delta({ tool_calls: [{ index: 5, function: { name: 'h', arguments: '{}' } }] }),
    delta({}, 'tool_calls'),
  );
  expect(events.at(-1)?.response?.output).toMatchObject([
    { call_id: 'c1', name: 'f', arguments: '{"a":1}' },
    { call_id: 'c2', name: 'g', arguments: '{}' },
    { call_id: expect.stringMatching(/^call_/), name: 'h' },
  ]);
});

test('a refusal has events of its own', () => {
  const events = write(delta({ refusal: 'No' }), delta({ refusal: '.' }, 'stop'));
  expect(types(events).slice(3, 8)).toEqual([
    'content_part.added',
    'refusal.delta',
    'refusal.delta',
    'refusal.done',
    'content_part.done',
  ]);
  expect(events[6]).toMatchObject({ refusal: 'No.' });
});

test('log probabilities go with their text and stand together at its end', () => {
  const logprob = (token: string) => ({ logprobs: { content: [{ token, logprob: -1 }] } });
  const events = write(
    delta({ content: 'a' }, null, logprob('a')),
    delta({ content: 'b' }, null, logprob('b')),
    delta({}, 'stop'),
  );
  const told = events.filter(({ logprobs }) => logprobs !== undefined).map(({ logprobs }) => logprobs);
  expect(told).toMatchObject([[{ token: 'a' }], [{ token: 'b' }], [{ token: 'a' }, { token: 'b' }]]);
});

test.each([
  ['length', 'max_output_tokens'],
  ['content_filter', 'content_filter'],
])('an answer that ended by %s ends with response.incomplete', (finishReason, reason) => {
  const last = write(delta({ content: 'Hel' }), delta({}, finishReason)).at(-1);
  expect(last).toMatchObject({
    type: 'response.incomplete',
    response: { status: 'incomplete', incomplete_details: { reason }, output: [{ status: 'incomplete' }] },
  });
});

test('an answer that says nothing is an empty message', () => {
  const events = write(delta({ role: 'assistant', content: '' }), delta({}, 'stop'));
  expect(types(events).slice(2)).toEqual([
    'output_item.added',
    'content_part.added',
    'output_text.done',
    'content_part.done',
    'output_item.done',
    'completed',
  ]);
});

test('a second choice is left out', () => {
  const second = { choices: [{ index: 1, delta: { content: 'other' } }] };
  expect(JSON.stringify(write(delta({ content: 'a' }), second, delta({}, 'stop')))).not.toContain('other');
});

test('a failure ends the stream with response.failed, before the first chunk too', () => {
  const error = { message: 'It broke.', code: 'upstream_bad_response' };
  const writer = new ResponseWriter(context);
  writer.read(delta({ content: 'Hel' }));
  expect(writer.fail(error)).toMatchObject([
    {
      event: 'response.failed',
      data: {
        type: 'response.failed',
        response: {
          status: 'failed',
          error,
          output: [{ content: [{ text: 'Hel' }], status: 'in_progress' }],
        },
      },
    },
  ]);
  const events = new ResponseWriter(context).fail(error).map(({ event }) => event);
  expect(events).toEqual(['response.created', 'response.in_progress', 'response.failed']);
});
