import { AppError } from '@aigc/shared/errors';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundPromptTokens } from './prompt-bound.ts';
import { scanBody } from './scan-body.ts';

const scan = (value: unknown) =>
  scanBody(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));

function refusal(text: string): string {
  try {
    scanBody(Buffer.from(text));
    return 'accepted';
  } catch (error) {
    return error instanceof AppError ? `${error.code}: ${error.message}` : String(error);
  }
}

const user = (content: unknown) => ({ role: 'user', content });
const image = (url: string) => ({ type: 'image_url', image_url: { url } });

test('members are read without the rest', () => {
  const body = scan('\uFEFF{"model":"m","stream":true,"n":null,"max_tokens":5,"x":{"y":[1]},"model":"é"}');
  expect(['model', 'stream', 'n', 'max_tokens', 'x', 'missing'].map((key) => body.read(key))).toEqual([
    'é',
    true,
    null,
    5,
    { y: [1] },
    undefined,
  ]);
  expect(body.kindOf('x')).toBe('object');
  expect(body.kindOf('missing')).toBeUndefined();
});

test('only arrays have items', () => {
  const body = scan({ messages: [1, 2], input: 'text', choices: [], data: { a: 1 } });
  expect(['messages', 'input', 'choices', 'data', 'none'].map((key) => body.itemsOf(key))).toEqual([
    2, 0, 0, 0, 0,
  ]);
});

test('names that objects have by nature are keys like any other', () => {
  const body = scan(
    '{"__proto__":{"polluted":true},"constructor":1,"messages":[{"role":"user","__proto__":1}]}',
  );
  expect(body.read('constructor')).toBe(1);
  expect(body.read('toString')).toBeUndefined();
  expect(body.messageFault).toBeNull();
  body.value();
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('NUL and half surrogate pairs, written as escapes, are text like any other', () => {
  const body = scan('{"model":"a\\u0000b\\ud800","messages":[{"role":"user","content":"\\udfff\\u0000"}]}');
  expect(body.read('model')).toBe('a\u0000b\ud800');
  expect(body.messageFault).toBeNull();
});

test.each([
  ['', 'invalid_json: The request body is empty; a JSON object is expected.'],
  ['[]', 'invalid_json: The request body must be a JSON object.'],
  ['{"a":1', 'invalid_json: The request body is not complete JSON: it ends at character 6.'],
  ['{"a":x}', 'invalid_json: The request body is not valid JSON (at character 5).'],
  [`{"a":${'['.repeat(200)}`, 'body_too_deep: The request body is nested deeper than 100 levels.'],
])('%j is refused in words that its sender understands', (text, message) => {
  expect(refusal(text)).toBe(message);
});

test('a long string that is wrong inside is refused when somebody reads it', () => {
  const long = (inside: string) => `{"model":"${'x'.repeat(70_000)}${inside}${'x'.repeat(10_000)}","n":1}`;
  const body = scanBody(Buffer.from(long('\\x')));
  expect(body.read('n')).toBe(1);
  expect(() => body.read('model')).toThrow(AppError);
  expect(() => body.value()).toThrow(AppError);
});

describe('messages', () => {
  test.each<[string, unknown, unknown]>([
    ['an object with a role', user('hi'), null],
    ['no object', 'hi', 'message'],
    ['an array', [], 'message'],
    ['null', null, 'message'],
    ['without a role', { content: 'hi' }, 'role'],
    ['with a number as role', { role: 1 }, 'role'],
    ['with an object as role', { role: { role: 'user' } }, 'role'],
    ['with a role further in only', { content: [{ role: 'user' }] }, 'role'],
  ])('%s', (_name, message, what) => {
    const { messageFault } = scan({ messages: [user('first'), message, user('last')] });
    expect(messageFault).toEqual(what === null ? null : { index: 1, what });
  });

  test('of repeated members the last counts', () => {
    expect(scan('{"messages":[{"role":1,"role":"user"}]}').messageFault).toBeNull();
    expect(scan('{"messages":[{"role":"user","role":1}]}').messageFault).toEqual({ index: 0, what: 'role' });
    expect(scan('{"messages":[1],"messages":[{"role":"user"}]}').messageFault).toBeNull();
    expect(scan('{"messages":[{"role":"user"}],"m\\u0065ssages":[1]}').messageFault).toEqual({
      index: 0,
      what: 'message',
    });
  });

  test('messages elsewhere are not looked at', () => {
    expect(
      scan({ messages: [user('a')], metadata: { messages: [1] }, x: [[{ role: 1 }]] }).messageFault,
    ).toBeNull();
  });

  test('the checks agree with those on parsed values', () => {
    const message = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.record({
        role: fc.oneof(fc.string(), fc.jsonValue({ maxDepth: 1 })),
        content: fc.jsonValue({ maxDepth: 3 }),
      }),
    );
    fc.assert(
      fc.property(fc.array(message), (messages) => {
        const wrong = messages.findIndex(
          (m) => typeof m !== 'object' || m === null || !('role' in m) || typeof m.role !== 'string',
        );
        expect(scan({ messages }).messageFault?.index ?? -1).toBe(wrong);
      }),
    );
  });
});

describe('media', () => {
  test('is counted by kind, with the bytes of its data', () => {
    const data = 'A'.repeat(1000);
    const { media } = scan({
      messages: [
        user([
          { type: 'text', text: data },
          image(`data:image/png;base64,${data}`),
          { type: 'image_url', image_url: 'https://example.com/a.png' },
          { type: 'input_audio', input_audio: { format: 'wav', data } },
          { type: 'video_url', video_url: { url: 'https://example.com/a.mp4' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: data } },
          { type: 'file', file: { file_id: 'file-1' } },
        ]),
      ],
    });
    expect(media).toEqual({
      images: 2,
      imageBytes: `"data:image/png;base64,${data}"`.length + '"https://example.com/a.png"'.length,
      sounds: 1,
      soundBytes: data.length + 2,
      others: 3,
      otherBytes: data.length + 2 + '"https://example.com/a.mp4"'.length,
    });
  });

  test('is found in the input of a response, in what tools gave too', () => {
    const { media, messageFault } = scan({
      input: [
        'no item',
        { content: [{ type: 'input_image', image_url: 'data:x' }] },
        { type: 'function_call_output', output: [{ type: 'input_image', image_url: 'y' }] },
        { role: 'user', content: [{ type: 'input_file', file_id: 'f' }] },
      ],
    });
    expect(media).toMatchObject({ images: 2, imageBytes: '"data:x"'.length + '"y"'.length, others: 1 });
    expect(messageFault).toBeNull();
  });

  test('is looked for in the parts of messages only', () => {
    const { media } = scan({
      image_url: { url: 'x' },
      tools: [{ content: [image('x')] }],
      messages: [
        { role: 'user', content: { image_url: 'x' }, image_url: 'x' },
        { role: 'user', content: [[image('x')]] },
      ],
    });
    expect(media).toMatchObject({ images: 0, imageBytes: 0 });
  });
});

describe('the bound of prompt tokens', () => {
  test('of text is its bytes', () => {
    const body = scan({ messages: [user('世界')] });
    expect(boundPromptTokens(body, null)).toBe(body.bytes.length);
  });

  test('of what refers to more than it holds is the whole context', () => {
    expect(boundPromptTokens(scan({ input: 'a' }), 8_192, true)).toBe(8_192);
  });

  test('of an image does not grow with the image', () => {
    const bound = (bytes: number) =>
      boundPromptTokens(scan({ messages: [user([image('A'.repeat(bytes))])] }), null);
    expect(bound(1_000_000)).toBe(bound(10));
  });

  test('of a file or a video is the whole context', () => {
    const body = scan({ messages: [user([{ type: 'file', file: { file_id: 'a' } }])] });
    expect(boundPromptTokens(body, 128_000)).toBe(128_000);
    expect(boundPromptTokens(body, null)).toBeGreaterThanOrEqual(1_000_000);
  });
});
