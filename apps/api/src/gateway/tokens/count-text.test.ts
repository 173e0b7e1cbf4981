import { describe, expect, test } from 'vitest';
import { countAnswer, countPrompt } from './count-body.ts';
import { countText } from './count-text.ts';

test.each([
  ['', 0],
  ['Hello world', 2],
  ['你好世界', 2],
  ['<|endoftext|> is text', 8],
])('%j has %i tokens', (text, tokens) => {
  expect(Math.abs(countText(text) - tokens)).toBeLessThanOrEqual(2);
});

describe('a word too long for the tokenizer counts as its bytes', () => {
  test.each([
    ['letters', 'a', 1],
    ['other letters', '界', 3],
    ['signs', '=', 1],
    ['spaces', ' ', 1],
  ])('%s', (_name, character, bytes) => {
    expect(countText(character.repeat(100_000))).toBe(100_000 * bytes);
    const around = countText('before it\n') + countText('\nafter it');
    const count = countText(`before it\n${character.repeat(2000)}\nafter it`);
    expect(Math.abs(count - (2000 * bytes + around))).toBeLessThanOrEqual(6);
  });
});

test('a long text is counted by its beginning, in proportion', () => {
  const line = 'The quick brown fox jumps over the lazy dog.\n';
  const count = countText(line.repeat(50_000));
  expect(count / 50_000).toBeCloseTo(countText(line.repeat(100)) / 100, 0);
});

test('a prompt counts its messages, tools and images', () => {
  const text = countPrompt({ messages: [{ role: 'user', content: 'Hello there' }] });
  const withTools = countPrompt({
    messages: [{ role: 'user', content: 'Hello there' }],
    tools: [{ type: 'function', function: { name: 'look_up', parameters: { type: 'object' } } }],
  });
  const withImage = countPrompt({
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hello there' },
          { type: 'image_url', image_url: { url: 'data:,' } },
        ],
      },
    ],
  });
  expect(text).toBeGreaterThan(4);
  expect(withTools).toBeGreaterThan(text + 5);
  expect(withImage).toBeGreaterThan(text + 100);
});

test('the input of an embedding may be text, several texts, or token ids', () => {
  expect(countPrompt({ input: ['Hello world', 'Hello world'] })).toBe(
    2 * countPrompt({ input: 'Hello world' }),
  );
  expect(countPrompt({ input: [[1, 2, 3], [4]] })).toBe(4);
  expect(countPrompt({ input: [1, 2, 3] })).toBe(3);
});

test('an answer counts what it says in all its choices', () => {
  const message = { role: 'assistant', content: 'Hello world', reasoning_content: 'Hello world' };
  expect(countAnswer({ choices: [{ message }, { text: 'Hello world' }] })).toBeGreaterThanOrEqual(5);
});

test('items of a response, its instructions and tools are counted, and so is what it answers', () => {
  const plain = countPrompt({ input: 'Hello world' });
  const item = { role: 'user', content: [{ type: 'input_text', text: 'Hello world' }] };
  expect(countPrompt({ input: [item] })).toBeGreaterThan(plain);
  const output = { type: 'function_call_output', call_id: 'c', output: 'Hello world' };
  expect(countPrompt({ input: [output] })).toBeGreaterThanOrEqual(plain);
  expect(countPrompt({ input: 'Hello world', instructions: 'Be brief.' })).toBeGreaterThan(plain);
  expect(countPrompt({ input: 'Hello world', tools: [{ type: 'function', name: 'f' }] })).toBeGreaterThan(
    plain,
  );
  const said = { type: 'message', content: [{ type: 'output_text', text: 'Hello world' }] };
  expect(countAnswer({ output: [said] })).toBeGreaterThanOrEqual(plain);
});

test('a query and its documents are counted', () => {
  const query = countPrompt({ query: 'Hello world', documents: [] });
  expect(
    countPrompt({ query: 'Hello world', documents: ['Hello world', { text: 'Hello world' }] }),
  ).toBeGreaterThan(2 * query);
});
