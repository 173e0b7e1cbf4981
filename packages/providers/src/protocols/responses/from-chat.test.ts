import { expect, test } from 'vitest';
import { chatToResponse } from './from-chat.ts';

const REQUEST = { model: 'm', input: 'Hi', metadata: { a: 'b' }, max_output_tokens: 9 };
const context = { request: REQUEST, model: 'm', requestId: 'req_abc' };
const USAGE = {
  prompt_tokens: 10,
  completion_tokens: 7,
  total_tokens: 17,
  prompt_tokens_details: { cached_tokens: 4 },
  completion_tokens_details: { reasoning_tokens: 3 },
};

const completion = (message: object, finishReason = 'stop', more = {}) => ({
  id: 'chatcmpl-1',
  created: 1_700_000_000,
  choices: [{ index: 0, message, finish_reason: finishReason, ...more }],
  usage: USAGE,
});

test('an answer becomes a completed response that repeats what was asked', () => {
  const response = chatToResponse(
    completion({ role: 'assistant', content: 'Hello', refusal: null }),
    context,
  );
  expect(response).toMatchObject({
    id: 'resp_abc',
    object: 'response',
    created_at: 1_700_000_000,
    status: 'completed',
    error: null,
    incomplete_details: null,
    model: 'm',
    metadata: { a: 'b' },
    max_output_tokens: 9,
    store: false,
    previous_response_id: null,
    text: { format: { type: 'text' } },
    usage: {
      input_tokens: 10,
      input_tokens_details: { cached_tokens: 4, cache_write_tokens: 0 },
      output_tokens: 7,
      output_tokens_details: { reasoning_tokens: 3 },
      total_tokens: 17,
    },
  });
  expect(response.output).toEqual([
    {
      id: 'msg_abc01',
      type: 'message',
      status: 'completed',
      role: 'assistant',
      content: [{ type: 'output_text', annotations: [], logprobs: [], text: 'Hello' }],
    },
  ]);
});

test('thoughts, words and calls are items of their own, with different ids', () => {
  const response = chatToResponse(
    completion(
      {
        content: 'Looking.',
        reasoning_content: 'I should look.',
        thinking_blocks: [{ signature: 's' }],
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } },
          { type: 'function', function: { name: 'g', arguments: '{"a":1}' }, extra_content: { google: {} } },
        ],
      },
      'tool_calls',
    ),
    context,
  );
  const output = response.output as Record<string, unknown>[];
  expect(output.map(({ type }) => type)).toEqual(['reasoning', 'message', 'function_call', 'function_call']);
  expect(output[0]).toMatchObject({
    summary: [],
    content: [{ type: 'reasoning_text', text: 'I should look.' }],
    encrypted_content: expect.stringMatching(/^chat:/),
  });
  expect(output[2]).toMatchObject({ call_id: 'c1', name: 'f', arguments: '{}', status: 'completed' });
  expect(output[3]).toMatchObject({
    call_id: expect.stringMatching(/^call_/),
    extra_content: { google: {} },
  });
  expect(new Set(output.map(({ id }) => id)).size).toBe(4);
});

test.each([
  ['length', 'max_output_tokens'],
  ['content_filter', 'content_filter'],
])('an answer that ended by %s is an incomplete response', (finishReason, reason) => {
  const response = chatToResponse(completion({ content: 'Hel' }, finishReason), context);
  expect(response).toMatchObject({ status: 'incomplete', incomplete_details: { reason } });
  expect(response.output).toMatchObject([{ status: 'incomplete' }]);
});

test('a refusal, sources and log probabilities have their form', () => {
  const citation = {
    type: 'url_citation',
    url_citation: { url: 'https://a', title: 'A', start_index: 0, end_index: 1 },
  };
  const logprob = { token: 'a', logprob: -1, bytes: [97], top_logprobs: [] };
  const response = chatToResponse(
    completion({ content: 'a', refusal: 'No.', annotations: [citation] }, 'stop', {
      logprobs: { content: [logprob] },
    }),
    context,
  );
  expect(response.output).toMatchObject([
    {
      content: [
        {
          type: 'output_text',
          annotations: [{ type: 'url_citation', url: 'https://a', title: 'A', start_index: 0, end_index: 1 }],
          logprobs: [logprob],
        },
        { type: 'refusal', refusal: 'No.' },
      ],
    },
  ]);
});

test('an empty answer is an empty message, and an answer without usage has none', () => {
  const response = chatToResponse({ choices: [] }, context);
  expect(response).toMatchObject({ status: 'completed', usage: null, output: [{ content: [{ text: '' }] }] });
});
