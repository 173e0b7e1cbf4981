import { expect, test } from 'vitest';
import { prettyJson, readConversation } from './body-conversation.ts';

const body = (value: unknown, contentType = 'application/json') => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { content_type: contentType, text, bytes: text.length, is_truncated: false };
};
const stream = (...events: object[]) =>
  body(
    events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('') + 'data: [DONE]\n\n',
    'text/event-stream',
  );
const hello = [{ role: 'user', text: 'Hello' }];
const chat = body({ model: 'm', messages: [{ role: 'user', content: 'Hello' }] });

test('a chat is read with its answer, whole or as a stream', () => {
  const answer = body({ choices: [{ message: { role: 'assistant', content: 'Hi there' } }] });
  expect(readConversation(chat, answer)).toEqual([...hello, { role: 'assistant', text: 'Hi there' }]);
  const streamed = stream(
    { choices: [{ delta: { content: 'Hi ' } }] },
    { choices: [{ delta: { content: 'there' } }] },
  );
  expect(readConversation(chat, streamed)).toEqual([...hello, { role: 'assistant', text: 'Hi there' }]);
});

test('calls of tools are shown as calls', () => {
  const call = (index: number, name: string | undefined, args: string) => ({
    choices: [{ delta: { tool_calls: [{ index, function: { name, arguments: args } }] } }],
  });
  const streamed = stream(call(0, 'weather', '{"ci'), call(0, undefined, 'ty":"Rome"}'));
  expect(readConversation(chat, streamed)?.at(-1)?.text).toBe('weather({"city":"Rome"})');
});

test('messages of other APIs are read too', () => {
  const request = body({
    system: [{ type: 'text', text: 'Be brief' }],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image', source: {} },
        ],
      },
    ],
  });
  const answer = stream(
    { type: 'content_block_delta', delta: { type: 'text_delta', text: 'A ' } },
    { type: 'content_block_delta', delta: { type: 'text_delta', text: 'cat' } },
  );
  expect(readConversation(request, answer)).toEqual([
    { role: 'system', text: 'Be brief' },
    { role: 'user', text: 'Look\n[image]' },
    { role: 'assistant', text: 'A cat' },
  ]);
  const responses = body({ input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }] });
  expect(readConversation(responses, stream({ type: 'response.output_text.delta', delta: 'Hi' }))).toEqual([
    ...hello,
    { role: 'assistant', text: 'Hi' },
  ]);
});

test('what is no conversation, or is not whole, is none', () => {
  expect(readConversation(body({ model: 'm', input: 'embed me' }), body({ data: [] }))).toBeNull();
  expect(readConversation(body('{"messages":[{"role"'), null)).toBeNull();
  expect(readConversation(chat, null)).toEqual(hello);
});

test('JSON is indented, anything else is left as it is', () => {
  expect(prettyJson(body({ a: 1 }))).toBe('{\n  "a": 1\n}');
  expect(prettyJson(body('{"a":'))).toBeNull();
});
