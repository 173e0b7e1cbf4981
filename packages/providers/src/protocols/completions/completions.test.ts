import { expect, test } from 'vitest';
import { RequestMappingError } from '../../mapping-errors.ts';
import { completionsProtocol } from './protocol.ts';

const context = (request: Record<string, unknown>) => ({ request, model: 'm', requestId: 'req_1' });

test('a prompt becomes what the user says, and a limit keeps its meaning under its newer name', () => {
  const { chat, parameters } = completionsProtocol.toChat({
    model: 'm',
    prompt: ['Once'],
    max_tokens: 7,
    stop: 'x',
    logprobs: 2,
    n: 2,
    best_of: 2,
    echo: true,
  });
  expect(chat).toEqual({
    model: 'm',
    stop: 'x',
    n: 2,
    messages: [{ role: 'user', content: 'Once' }],
    max_completion_tokens: 7,
    logprobs: true,
    top_logprobs: 2,
  });
  expect(parameters).toEqual({ mapped: ['prompt', 'max_tokens', 'logprobs'], dropped: [] });
});

test.each([
  ['no prompt', {}, 'prompt'],
  ['an empty prompt', { prompt: '' }, 'prompt'],
  ['several prompts', { prompt: ['a', 'b'] }, 'prompt'],
  ['token ids', { prompt: [1, 2] }, 'prompt'],
  ['lists of token ids', { prompt: [[1], [2]] }, 'prompt'],
  ['a suffix', { prompt: 'a', suffix: 'b' }, 'suffix'],
  ['the best of several', { prompt: 'a', best_of: 3 }, 'best_of'],
  ['log probabilities that are no number', { prompt: 'a', logprobs: true }, 'logprobs'],
])('%s cannot be carried over chat and is named', (_name, request, param) => {
  expect(() => completionsProtocol.toChat(request)).toThrow(
    expect.objectContaining({ name: RequestMappingError.name, param }),
  );
});

const LOGPROBS = {
  content: [
    { token: 'ab', logprob: -0.5, bytes: [97, 98], top_logprobs: [{ token: 'ab', logprob: -0.5 }] },
    { token: 'c', logprob: -1, bytes: [99], top_logprobs: [] },
  ],
};

test('an answer has the older form: text, offsets behind the repeated prompt, known reasons', () => {
  const answer = {
    created: 5,
    choices: [
      { index: 0, message: { content: 'abc' }, logprobs: LOGPROBS, finish_reason: 'length' },
      { index: 1, message: { content: null }, finish_reason: 'tool_calls' },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
  };
  expect(completionsProtocol.fromChat(answer, context({ prompt: 'Hi ', echo: true }))).toEqual({
    id: 'cmpl-1',
    object: 'text_completion',
    created: 5,
    model: 'm',
    choices: [
      {
        index: 0,
        text: 'Hi abc',
        logprobs: {
          tokens: ['ab', 'c'],
          token_logprobs: [-0.5, -1],
          top_logprobs: [{ ab: -0.5 }, {}],
          text_offset: [3, 5],
        },
        finish_reason: 'length',
      },
      { index: 1, text: 'Hi ', logprobs: null, finish_reason: 'stop' },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
  });
});

const chunk = (choices: unknown[], more = {}) => ({ created: 5, choices, ...more });
const USAGE = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };

function streamed(request: Record<string, unknown>): unknown[] {
  const writer = completionsProtocol.openStream(context(request));
  const chunks = [
    chunk([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]),
    chunk([{ index: 0, delta: { content: 'a' }, finish_reason: null }]),
    chunk([{ index: 1, delta: { content: 'b' }, finish_reason: null }]),
    chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]),
    chunk([], { usage: USAGE }),
  ];
  const frames = chunks.flatMap((each) => writer.read(each));
  expect(writer.end()).toEqual([{ event: null, data: '[DONE]' }]);
  expect(frames.every(({ event }) => event === null)).toBe(true);
  return frames.map(({ data }) => data);
}

test('a stream tells text and reasons, and its head never changes', () => {
  const data = streamed({ prompt: 'Hi ' }) as Record<string, unknown>[];
  expect(data.map(({ choices }) => choices)).toEqual([
    [{ index: 0, text: 'a', logprobs: null, finish_reason: null }],
    [{ index: 1, text: 'b', logprobs: null, finish_reason: null }],
    [{ index: 0, text: '', logprobs: null, finish_reason: 'stop' }],
  ]);
  expect(
    new Set(data.map(({ id, object, created, model }) => JSON.stringify([id, object, created, model]))).size,
  ).toBe(1);
  expect(data.every((each) => !('usage' in each))).toBe(true);
});

test('a stream repeats the prompt once for each choice, and tells usage last to those who ask', () => {
  const data = streamed({ prompt: 'Hi ', echo: true, stream_options: { include_usage: true } }) as {
    choices: { text: string }[];
    usage: unknown;
  }[];
  expect(data.map(({ choices }) => choices[0]?.text)).toEqual(['Hi ', 'a', 'Hi b', '', undefined]);
  expect(data.map(({ usage }) => usage)).toEqual([null, null, null, null, USAGE]);
});
