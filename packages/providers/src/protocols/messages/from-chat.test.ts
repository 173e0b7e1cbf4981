import { expect, test } from 'vitest';
import type { JsonObject } from '../../definition.ts';
import { UpstreamAnswerError } from '../../mapping-errors.ts';
import { chatToMessage } from './from-chat.ts';

const USAGE = {
  prompt_tokens: 100,
  completion_tokens: 20,
  prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
  completion_tokens_details: { reasoning_tokens: 5 },
};

function message(said: JsonObject, finish: string, { request = {}, choice = {} } = {}): JsonObject {
  const answer = {
    choices: [{ index: 0, message: { role: 'assistant', ...said }, finish_reason: finish, ...choice }],
    usage: USAGE,
  };
  return chatToMessage(answer, { request, model: 'my-model', requestId: 'r1' });
}

test('a text is a message of one block, whose input is counted without the cache', () => {
  expect(message({ content: 'Hello' }, 'stop')).toMatchObject({
    id: 'msg_r1',
    type: 'message',
    role: 'assistant',
    model: 'my-model',
    content: [{ type: 'text', text: 'Hello' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: {
      input_tokens: 30,
      cache_read_input_tokens: 60,
      cache_creation_input_tokens: 10,
      output_tokens: 20,
      output_tokens_details: { thinking_tokens: 5 },
    },
  });
});

test('calls of tools follow the text, with their arguments as objects', () => {
  const call = (id: string, args: string) => ({
    id,
    type: 'function',
    function: { name: 'f', arguments: args },
  });
  const said = { content: 'Look:', tool_calls: [call('1', '{"a":1}'), call('2', '')] };
  const { content, stop_reason } = message(said, 'stop');
  expect(content).toMatchObject([
    { type: 'text', text: 'Look:' },
    { type: 'tool_use', id: '1', name: 'f', input: { a: 1 } },
    { type: 'tool_use', id: '2', name: 'f', input: {} },
  ]);
  expect(stop_reason).toBe('tool_use');
});

test('arguments that are no JSON fail the answer, unless the limit cut them', () => {
  const said = { content: null, tool_calls: [{ id: '1', function: { name: 'f', arguments: '{"a":' } }] };
  expect(() => message(said, 'tool_calls')).toThrow(UpstreamAnswerError);
  expect(message(said, 'length')).toMatchObject({ content: [], stop_reason: 'max_tokens' });
});

test('thoughts are shown to those who asked for them', () => {
  const said = { content: '42', reasoning_content: 'Hm.' };
  const thinking = { type: 'enabled', budget_tokens: 2000 };
  expect(message(said, 'stop').content).toMatchObject([{ type: 'text' }]);
  expect(message(said, 'stop', { request: { thinking } }).content).toMatchObject([
    { type: 'thinking', thinking: 'Hm.', signature: '' },
    { type: 'text', text: '42' },
  ]);
  const signed = [{ type: 'thinking', thinking: 'Hm.', signature: 'c2ln' }];
  const { content } = message({ ...said, thinking_blocks: signed }, 'stop', { request: { thinking } });
  expect(content).toMatchObject([...signed, { type: 'text' }]);
});

test('a refusal and a content filter are refusals', () => {
  expect(message({ content: null, refusal: 'No.' }, 'stop')).toMatchObject({
    content: [{ type: 'text', text: 'No.' }],
    stop_reason: 'refusal',
    stop_details: { type: 'refusal', explanation: 'No.' },
  });
  expect(message({ content: '' }, 'content_filter')).toMatchObject({ content: [], stop_reason: 'refusal' });
});

test('the stop sequence is named where the upstream tells which it was', () => {
  const options = { request: { stop_sequences: ['END'] }, choice: { stop_reason: 'END' } };
  expect(message({ content: 'a' }, 'stop', options)).toMatchObject({
    stop_reason: 'stop_sequence',
    stop_sequence: 'END',
  });
});
