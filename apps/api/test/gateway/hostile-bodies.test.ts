import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

const MIB = 1024 * 1024;
const PATH = '/v1/chat/completions';

let world: GatewayWorld;
beforeAll(async () => {
  world = await startGatewayWorld();
  await world.topUp('1000');
});
afterEach(() => world.upstream.reset());
afterAll(() => world.close());

const message = '{"role":"user","content":"Hello"}';
const withMember = (member: string) => `{"model":"cloud","messages":[${message}],${member}}`;
const nested = (depth: number) => `"x":${'['.repeat(depth)}${']'.repeat(depth)}`;

/** Sends bytes as they are. */
async function send(body: string | Buffer, headers: Record<string, string> = {}) {
  const answer = await fetch(`${world.origin}${PATH}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.key}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? Buffer.from(body) : new Uint8Array(body),
  });
  const json = (await answer.json()) as { error?: { code: string; message: string; param: string | null } };
  return { status: answer.status, headers: answer.headers, error: json.error ?? null };
}

describe('a body that is refused never reaches the upstream, and its refusal repeats nothing of it', () => {
  const SECRET = 'sk-in-the-body';
  test.each<[string, string | Buffer, number, string]>([
    ['nesting beyond the limit', withMember(nested(200)), 400, 'body_too_deep'],
    ['a million brackets', withMember(`"x":${'['.repeat(1_000_000)}`), 400, 'body_too_deep'],
    ['a million braces', withMember(`"x":${'{"a":'.repeat(1_000_000)}`), 400, 'body_too_deep'],
    ['UTF-16', Buffer.from(withMember('"x":1'), 'utf16le'), 400, 'invalid_json'],
    [
      'invalid UTF-8',
      Buffer.concat([Buffer.from('{"model":"'), Buffer.from([0xff, 0xc0])]),
      400,
      'invalid_json',
    ],
    ['an overlong encoding', Buffer.from(withMember('"x":"\xc0\xaf"'), 'latin1'), 400, 'invalid_json'],
    ['a surrogate in UTF-8', Buffer.from(withMember('"x":"\xed\xa0\x80"'), 'latin1'), 400, 'invalid_json'],
    ['a raw NUL in a string', withMember('"x":"a\u0000b"'), 400, 'invalid_json'],
    ['a NUL behind the end', `${withMember('"x":1')}\u0000`, 400, 'invalid_json'],
    ['two objects', withMember('"x":1') + withMember('"x":1'), 400, 'invalid_json'],
    ['a comma at the end', withMember('"x":1,'), 400, 'invalid_json'],
    ['a comment', withMember('"x":1 // no'), 400, 'invalid_json'],
    ['NaN', withMember('"x":NaN'), 400, 'invalid_json'],
    ['single quotes', withMember(`'x':'${SECRET}'`), 400, 'invalid_json'],
    ['a text without its end', withMember(`"x":"${SECRET}`), 400, 'invalid_json'],
    ['a key without a value', withMember(`"${SECRET}"`), 400, 'invalid_json'],
    ['a large body that breaks off', `{"x":"${'y'.repeat(5 * MIB)}","model":`, 400, 'invalid_json'],
    ['a large text without its end', `{"x":"${'y'.repeat(5 * MIB)}`, 400, 'invalid_json'],
    ['a large body of an array', `[${'1,'.repeat(100_000)}1]`, 400, 'invalid_json'],
    ['more than 32 MiB', `{"x":"${'y'.repeat(33 * MIB)}"}`, 413, 'body_too_large'],
  ])('%s', async (_name, body, status, code) => {
    const answer = await send(body);
    expect(answer).toMatchObject({ status, error: { code } });
    expect(answer.error?.message).not.toContain(SECRET);
    expect(world.upstream.requests).toEqual([]);
  });

  test.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['application/json; charset=utf-8', 200],
    ['APPLICATION/JSON', 200],
    ['application/vnd.api+json', 200],
  ])('%s: %i', async (contentType, status) => {
    expect((await send(withMember('"x":1'), { 'content-type': contentType })).status).toBe(status);
  });

  test.each(['gzip', 'br', 'deflate', 'gzip, identity'])('compressed with %s: 415', async (encoding) => {
    expect(await send(withMember('"x":1'), { 'content-encoding': encoding })).toMatchObject({
      status: 415,
      error: { code: 'unsupported_media_type', param: 'content-encoding' },
    });
  });

  test('the position of a fault is told in characters', async () => {
    const body = '{"名":"🎉", "b": x}';
    expect((await send(body)).error?.message).toContain(`(at character ${body.indexOf('x')})`);
  });
});

describe('a body that is allowed is forwarded byte for byte but for the model', () => {
  test.each<[string, string]>([
    [
      'numbers beyond a double',
      '"seed":12345678901234567890123,"x":1e400,"y":0.10000000000000000000001,"z":-0',
    ],
    ['nesting up to the limit', nested(99)],
    ['a prototype', '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}'],
    ['escapes', '"x":"\\u0000\\ud800\\uDFFF\\/\\"\\\\","\\u0079":1'],
    ['spacing', '"x" :\t[ 1 ,\r\n 2 ] , "y" : { } '],
    ['characters of all planes', '"x":"é世界🎉\u2028\ufeff"'],
    ['a member named like one of ours, further in', '"x":{"model":"other","messages":[],"stream":true}'],
    ['a large text', `"x":"${'long '.repeat(20_000)}\\"\\\\"`],
  ])('%s', async (_name, member) => {
    const body = withMember(member);
    expect(await send(body)).toMatchObject({ status: 200 });
    expect(world.upstream.requests.map(({ bodyText }) => bodyText)).toEqual([
      body.replace('"model":"cloud"', '"model":"upstream-cloud"'),
    ]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('a byte order mark is dropped', async () => {
    expect((await send(`\uFEFF${withMember('"x":1')}`)).status).toBe(200);
    expect(world.upstream.requests[0]?.bodyText).toMatch(/^\{"model"/);
  });

  test('a model that is named twice is the last one, and the upstream sees no other', async () => {
    const body = `{"model":"missing","messages":[${message}],"mod\\u0065l":"cloud"}`;
    expect((await send(body)).status).toBe(200);
    expect(world.upstream.requests[0]?.bodyText).toBe(
      `{"model":"upstream-cloud","messages":[${message}],"mod\\u0065l":"upstream-cloud"}`,
    );
  });

  const image = `data:image/png;base64,${'QUJD'.repeat(MIB)}`;
  const content = `[{"type":"text","text":"What is it?"},{"type":"image_url","image_url":{"url":"${image}"}}]`;
  const withImage = (more: string) =>
    `{"messages":[{"role":"user","content":${content}}],"model":"cloud","max_tokens":5${more}}`;

  test('an image of megabytes is forwarded whole, again and again', async () => {
    const body = withImage('');
    for (let call = 1; call <= 3; call += 1) {
      expect((await send(body)).status).toBe(200);
      const sent = world.upstream.requests.at(-1)?.bodyText;
      expect(sent === body.replace('"cloud"', '"upstream-cloud"')).toBe(true);
    }
  });

  test('an image is whole when the upstream has to be asked again, and its tokens are counted', async () => {
    world.upstream.script('upstream-cloud', { text: 'seen', rejects: ['stream_options'], usage: null });
    const answer = await world.raw(PATH, withImage(',"stream":true'));
    expect(await answer.text()).toContain('data: [DONE]');
    const [first, second] = world.upstream.requests.map(({ bodyText }) => bodyText);
    expect(first).toContain('"stream_options":{"include_usage":true}');
    expect(second === withImage(',"stream":true').replace('"cloud"', '"upstream-cloud"')).toBe(true);
    const log = await world.lastCall();
    expect(log).toMatchObject({ status: 'success', estimated: true });
    // An image, a question and a frame: neither nothing, nor the megabytes.
    expect(log?.['input_tokens']).toBeGreaterThan(500);
    expect(log?.['input_tokens']).toBeLessThan(5000);
  });
});

describe('what a log row cannot hold makes no call fail', () => {
  test.each(['a\\u0000b', '\\ud800', '\\udfff\\u0000', '\\u0007'])(
    '%s in a message, an answer, a name',
    async (text) => {
      const behaviour = { text: JSON.parse(`"${text}"`) as string };
      world.upstream.next(behaviour);
      const body = `{"model":"cloud","user":"${text}","messages":[{"role":"user","content":"${text}"}]}`;
      expect((await send(body)).status).toBe(200);
      expect(await world.lastCall()).toMatchObject({ status: 'success' });
      expect((await send(`{"model":"${text}","messages":[${message}]}`)).status).toBe(404);
    },
  );

  test('in an error of the upstream', async () => {
    world.upstream.next({
      fault: { kind: 'error', status: 400, message: 'bad \u0000 \ud800 thing', code: 'a\u0000b' },
    });
    expect((await send(withMember('"x":1'))).status).toBe(400);
    expect(await world.lastCall()).toMatchObject({ status: 'failed', http_status: 400 });
  });
});

test('after all of this, the books are right', () => world.expectBooksRight());
