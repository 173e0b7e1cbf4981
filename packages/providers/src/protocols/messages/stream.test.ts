import { expect, test } from 'vitest';
import type { SseFrame } from '../../client-protocol.ts';
import type { JsonObject } from '../../definition.ts';
import { objectOf } from '../../json-values.ts';
import { MessageWriter } from './stream.ts';

const THINKING = { thinking: { type: 'adaptive' } };

const delta = (members: JsonObject, finish: string | null = null) => ({
  choices: [{ index: 0, delta: members, finish_reason: finish }],
});
const call = (index: number, args: string, id?: string) =>
  delta({
    tool_calls: [
      {
        index,
        ...(id === undefined ? {} : { id, type: 'function' }),
        function: { name: id && 'f', arguments: args },
      },
    ],
  });
const USAGE = { choices: [], usage: { prompt_tokens: 10, completion_tokens: 5 } };

function write(chunks: readonly JsonObject[], request: JsonObject = {}): SseFrame[] {
  const writer = new MessageWriter({ request, model: 'my-model', requestId: 'r1' });
  return [...chunks.flatMap((chunk) => writer.read(chunk)), ...writer.end()];
}

/** The events in short: type, index, and what each adds. */
function told(frames: readonly SseFrame[]): string[] {
  return frames.map(({ event, ...frame }) => {
    const data = objectOf(frame.data);
    expect(event).toBe(data.type);
    const { type, text, id } = (data.content_block ?? {}) as JsonObject;
    const added = data.delta as JsonObject | undefined;
    const said =
      added?.text ?? added?.partial_json ?? added?.thinking ?? added?.signature ?? added?.stop_reason;
    return [data.type, data.index, type, text, id, said]
      .filter((part) => part !== undefined && part !== '')
      .join(' ');
  });
}

test('a text is one block between the beginning and the end of its message', () => {
  const frames = write([
    delta({ role: 'assistant', content: '' }),
    delta({ content: 'Hel' }),
    delta({ content: 'lo' }),
    delta({}, 'stop'),
    USAGE,
  ]);
  expect(told(frames)).toEqual([
    'message_start',
    'content_block_start 0 text',
    'content_block_delta 0 Hel',
    'content_block_delta 0 lo',
    'content_block_stop 0',
    'message_delta end_turn',
    'message_stop',
  ]);
  expect(objectOf(frames[0]?.data).message).toMatchObject({
    id: 'msg_r1',
    model: 'my-model',
    content: [],
    stop_reason: null,
  });
  expect(objectOf(frames.at(-2)?.data).usage).toMatchObject({ input_tokens: 10, output_tokens: 5 });
});

test('calls that are written at the same time follow each other, and their indices are their places', () => {
  const frames = write([
    delta({ content: 'Look:' }),
    call(0, '{"a"', 'one'),
    call(1, '{"b"', 'two'),
    call(0, ':1}'),
    call(1, ':2}'),
    delta({}, 'tool_calls'),
  ]);
  expect(told(frames)).toEqual([
    'message_start',
    'content_block_start 0 text',
    'content_block_delta 0 Look:',
    'content_block_stop 0',
    'content_block_start 1 tool_use one',
    'content_block_delta 1 {"a"',
    'content_block_delta 1 :1}',
    'content_block_stop 1',
    'content_block_start 2 tool_use two',
    'content_block_delta 2 {"b"',
    'content_block_delta 2 :2}',
    'content_block_stop 2',
    'message_delta tool_use',
    'message_stop',
  ]);
});

test('a call that is whole is ended when the next begins, without waiting for the end', () => {
  const writer = new MessageWriter({ request: {}, model: 'm', requestId: 'r' });
  writer.read(call(0, '{}', 'one'));
  expect(told(writer.read(call(1, '', 'two')))).toEqual([
    'content_block_stop 0',
    'content_block_start 1 tool_use two',
  ]);
});

test('calls that all claim the first place are told apart by their ids', () => {
  const frames = write([call(0, '{"a":1}', 'one'), call(0, '{"b":2}', 'two'), delta({}, 'tool_calls')]);
  expect(told(frames).filter((line) => line.includes('tool_use '))).toEqual([
    'content_block_start 0 tool_use one',
    'content_block_start 1 tool_use two',
  ]);
});

test('thoughts come first, with what signs them, for those who asked for them', () => {
  const chunks = [
    delta({ reasoning_content: 'Hm.' }),
    delta({ thinking_blocks: [{ type: 'thinking', thinking: 'Hm.', signature: 'c2ln' }] }),
    delta({ thinking_blocks: [{ type: 'redacted_thinking', data: 'ZGF0YQ==' }] }),
    delta({ content: '42' }),
    delta({}, 'stop'),
  ];
  expect(told(write(chunks, THINKING)).slice(1, -2)).toEqual([
    'content_block_start 0 thinking',
    'content_block_delta 0 Hm.',
    'content_block_delta 0 c2ln',
    'content_block_stop 0',
    'content_block_start 1 redacted_thinking',
    'content_block_stop 1',
    'content_block_start 2 text',
    'content_block_delta 2 42',
    'content_block_stop 2',
  ]);
  expect(told(write(chunks)).slice(1, -2)).toEqual([
    'content_block_start 0 text',
    'content_block_delta 0 42',
    'content_block_stop 0',
  ]);
});

test('an answer without a word is a message all the same', () => {
  expect(told(write([delta({}, 'content_filter')]))).toEqual([
    'message_start',
    'message_delta refusal',
    'message_stop',
  ]);
});
