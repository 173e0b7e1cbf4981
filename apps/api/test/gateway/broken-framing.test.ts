import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { openRawConnection, type RawAnswer, type RawConnection } from '../support/raw-connection.ts';

let world: GatewayWorld;
let connection: RawConnection;
beforeAll(async () => {
  world = await startGatewayWorld();
  await world.topUp('100');
});
beforeEach(async () => {
  connection = await openRawConnection(world.origin);
});
afterEach(() => {
  connection.close();
  world.upstream.reset();
});
afterAll(() => world.close());

const call = (text: string) =>
  JSON.stringify({ model: 'cloud', messages: [{ role: 'user', content: text }] });

/** A request's head up to where headers may be added; lines end as given. */
function head(
  lines: string[],
  { path = '/v1/chat/completions', version = 'HTTP/1.1', end = '\r\n' } = {},
): string {
  const all = [
    `POST ${path} ${version}`,
    `host: gateway.test`,
    `authorization: Bearer ${world.key}`,
    'content-type: application/json',
    ...lines,
  ];
  return all.map((line) => line + end).join('') + end;
}

const withLength = (text: string, more: string[] = []) => {
  const body = call(text);
  return head([`content-length: ${Buffer.byteLength(body)}`, ...more]) + body;
};
const chunk = (text: string, extension = '') =>
  `${Buffer.byteLength(text).toString(16)}${extension}\r\n${text}\r\n`;
const chunked = (
  text: string,
  { extension = '', trailers = '', lines = ['transfer-encoding: chunked'] } = {},
) =>
  head(lines) +
  chunk(call(text).slice(0, 9), extension) +
  chunk(call(text).slice(9)) +
  `0\r\n${trailers}\r\n`;

/** What the upstream was asked, in the order it came. */
const asked = () =>
  world.upstream.requests.map(
    ({ body }) => (body as { messages: { content: string }[] }).messages[0]?.content,
  );

function expectRefusal(answer: RawAnswer | null, statuses: readonly number[]): void {
  expect(statuses).toContain(answer?.status);
  const { error } = JSON.parse(answer?.body ?? '') as { error: Record<string, unknown> };
  expect(error).toMatchObject({ type: 'invalid_request_error', message: expect.any(String) as string });
  expect(answer?.body).not.toContain(world.key);
}

describe('a request whose end is not certain is refused, and nothing behind it is read', () => {
  const body = call('first');
  const length = Buffer.byteLength(body);
  const SMUGGLED = () => withLength('smuggled');
  test.each<[string, () => string]>([
    [
      'length and chunks',
      () => head([`content-length: ${length}`, 'transfer-encoding: chunked']) + `0\r\n\r\n`,
    ],
    ['chunks and length', () => head(['transfer-encoding: chunked', `content-length: 4`]) + `0\r\n\r\n`],
    ['two lengths', () => head([`content-length: ${length}`, 'content-length: 0']) + body],
    ['two lengths that agree', () => head([`content-length: ${length}`, `content-length: ${length}`]) + body],
    ['a list of lengths', () => head([`content-length: ${length}, ${length}`]) + body],
    ['a signed length', () => head([`content-length: +${length}`]) + body],
    ['a negative length', () => head(['content-length: -1']) + body],
    ['a hexadecimal length', () => head([`content-length: 0x${length.toString(16)}`]) + body],
    ['a length with a fraction', () => head([`content-length: ${length}.0`]) + body],
    ['an empty length', () => head(['content-length:']) + body],
    ['a length beyond all numbers', () => head(['content-length: 99999999999999999999']) + body],
    ['an unknown transfer encoding', () => head(['transfer-encoding: xchunked']) + chunk(body) + '0\r\n\r\n'],
    [
      'an encoding after chunks',
      () => head(['transfer-encoding: chunked, gzip']) + chunk(body) + '0\r\n\r\n',
    ],
    ['chunks twice', () => head(['transfer-encoding: chunked', 'transfer-encoding: identity']) + `0\r\n\r\n`],
    ['a space before the colon', () => head(['transfer-encoding : chunked']) + chunk(body) + '0\r\n\r\n'],
    [
      'a vertical tab before the value',
      () => head(['transfer-encoding: \u000bchunked']) + chunk(body) + '0\r\n\r\n',
    ],
    ['a null in a value', () => head(['x-a: b\u0000c', `content-length: ${length}`]) + body],
    ['a carriage return in a value', () => head(['x-a: b\rtransfer-encoding: chunked']) + body],
    ['bare line feeds', () => head([`content-length: ${length}`], { end: '\n' }) + body],
    [
      'a folded header',
      () => head(['x-a: b', ' transfer-encoding: chunked', `content-length: ${length}`]) + body,
    ],
    ['a folded length', () => head(['content-length:', ` ${length}`]) + body],
    ['a space before a name', () => head([` content-length: ${length}`]) + body],
    ['a header without a colon', () => head(['transfer-encoding']) + body],
    ['a chunk size that is none', () => head(['transfer-encoding: chunked']) + `xyz\r\n${body}\r\n0\r\n\r\n`],
    ['a signed chunk size', () => head(['transfer-encoding: chunked']) + `+5\r\n{"a":\r\n0\r\n\r\n`],
    ['a prefixed chunk size', () => head(['transfer-encoding: chunked']) + `0x5\r\n{"a":\r\n0\r\n\r\n`],
    [
      'a chunk size that overflows',
      () => head(['transfer-encoding: chunked']) + `10000000000000001\r\na\r\n0\r\n\r\n`,
    ],
    ['a chunk longer than its size', () => head(['transfer-encoding: chunked']) + `1\r\n{}\r\n0\r\n\r\n`],
    ['a chunk ended by a line feed', () => head(['transfer-encoding: chunked']) + `2\n{}\n0\n\n`],
    ['an endless chunk extension', () => chunked('first', { extension: `;${'x'.repeat(64 * 1024)}` })],
    [
      'a version that there is not',
      () => head([`content-length: ${length}`], { version: 'HTTP/9.9' }) + body,
    ],
    [
      'a path with a space',
      () => head([`content-length: ${length}`], { path: '/v1/chat completions' }) + body,
    ],
    ['a second host', () => head(['host: other.test', `content-length: ${length}`]) + body],
  ])('%s', async (_name, bytes) => {
    connection.write(bytes() + SMUGGLED());
    expectRefusal(await connection.answer(), [400, 413]);
    expect(await connection.closed()).toBe('');
    expect(world.upstream.requests).toEqual([]);
  });

  test('no host at all', async () => {
    connection.write('GET /v1/models HTTP/1.1\r\n\r\n' + SMUGGLED());
    expectRefusal(await connection.answer(), [400]);
    expect(await connection.closed()).toBe('');
    expect(world.upstream.requests).toEqual([]);
  });

  test('the preface of HTTP/2, and TLS', async () => {
    connection.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    expectRefusal(await connection.answer(), [400, 505]);
    const other = await openRawConnection(world.origin);
    other.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]));
    expectRefusal(await other.answer(), [400]);
  });
});

describe('what the standard allows is understood as it says', () => {
  test.each<[string, () => string]>([
    ['chunks', () => chunked('first')],
    ['chunks in capitals', () => chunked('first', { lines: ['Transfer-Encoding: Chunked'] })],
    ['a chunk extension', () => chunked('first', { extension: ';name=value' })],
    [
      'trailers, which are no headers',
      () => chunked('first', { trailers: 'authorization: Bearer nobody\r\n' }),
    ],
    [
      'a length with spaces around',
      () => withLength('first').replace(/content-length: (\d+)/, 'content-length:  $1 '),
    ],
    ['empty lines before', () => `\r\n\r\n${withLength('first')}`],
    [
      'a wish to change the protocol',
      () => withLength('first', ['connection: upgrade, http2-settings', 'upgrade: h2c']),
    ],
    ['the absolute form of the address', () => withLength('first').replace(' /v1', ` ${world.origin}/v1`)],
  ])('%s', async (_name, bytes) => {
    connection.write(bytes());
    expect((await connection.answer())?.status).toBe(200);
    connection.write(withLength('second'));
    expect((await connection.answer())?.status).toBe(200);
    expect(asked()).toEqual(['first', 'second']);
  });

  test('a request that waits for leave to send its body', async () => {
    const bytes = withLength('first', ['expect: 100-continue']);
    const bodyAt = bytes.indexOf('\r\n\r\n') + 4;
    connection.write(bytes.slice(0, bodyAt));
    expect((await connection.answer())?.status).toBe(100);
    connection.write(bytes.slice(bodyAt));
    expect((await connection.answer())?.status).toBe(200);
    expect(asked()).toEqual(['first']);
  });

  test('HTTP/1.0, whose connection ends with the answer', async () => {
    const body = call('first');
    connection.write(head([`content-length: ${Buffer.byteLength(body)}`], { version: 'HTTP/1.0' }) + body);
    expect((await connection.answer())?.status).toBe(200);
    await connection.closed();
    expect(asked()).toEqual(['first']);
  });
});

describe('requests written one behind the other', () => {
  test('are answered in their order, each once', async () => {
    const requests = Array.from({ length: 20 }, (_, index) =>
      index % 2 === 0
        ? withLength(`call ${index}`)
        : `GET /v1/models/missing-${index} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${world.key}\r\n\r\n`,
    );
    // The first takes longest, and those without an upstream no time at all.
    for (let tens = 10; tens > 0; tens -= 1) world.upstream.next({ delayMs: tens * 10 });
    connection.write(requests.join(''));
    for (const index of requests.keys()) {
      const answer = await connection.answer();
      expect(answer?.status).toBe(index % 2 === 0 ? 200 : 404);
    }
    expect(asked()).toHaveLength(10);
    expect(new Set(asked()).size).toBe(10);
  });

  test('before a broken one are answered, and those behind it are not read', async () => {
    connection.write(withLength('first') + head(['content-length: x']) + withLength('smuggled'));
    expect((await connection.answer())?.status).toBe(200);
    const broken = await connection.answer();
    if (broken !== null) expectRefusal(broken, [400]);
    await connection.closed();
    expect(asked()).toEqual(['first']);
  });

  test('a body of one that is refused early is not taken for the next request', async () => {
    const smuggled = withLength('smuggled');
    const refused = [
      head([`content-length: ${smuggled.length}`]).replace(world.key, 'sk-aigc-nobody') + smuggled,
      head([`content-length: ${smuggled.length}`]).replace('application/json', 'text/plain') + smuggled,
      head([`content-length: ${smuggled.length}`], { path: '/v1/nowhere' }) + smuggled,
      head([`content-length: ${smuggled.length}`]).replace('POST', 'GET') + smuggled,
      head(['content-encoding: gzip', `content-length: ${smuggled.length}`]) + smuggled,
    ];
    for (const [index, bytes] of refused.entries()) {
      connection.write(bytes);
      const answer = await connection.answer();
      expect([401, 415, 404, 405, 415][index]).toBe(answer?.status);
      expect(JSON.parse(answer?.body ?? '')).toHaveProperty('error.message');
    }
    connection.write(withLength('next'));
    expect((await connection.answer())?.status).toBe(200);
    expect(asked()).toEqual(['next']);
  });

  test('bytes behind the announced end are no part of the request', async () => {
    const body = call('first');
    connection.write(head([`content-length: ${Buffer.byteLength(body)}`]) + body + 'x=1&y=2\r\n\r\n');
    expect((await connection.answer())?.status).toBe(200);
    expectRefusal(await connection.answer(), [400]);
    expect(await connection.closed()).toBe('');
    expect(asked()).toEqual(['first']);
  });

  test('a body that ends early is no request', async () => {
    const bytes = withLength('first');
    connection.write(bytes.slice(0, -5));
    connection.socket.end();
    await connection.closed();
    expect(world.upstream.requests).toEqual([]);
  });
});

describe('headers', () => {
  test('of too many bytes are refused with 431', async () => {
    connection.write(head([`x-large: ${'a'.repeat(40_000)}`]) + withLength('smuggled'));
    expectRefusal(await connection.answer(), [431]);
    expect(await connection.closed()).toBe('');
    expect(world.upstream.requests).toEqual([]);
  });

  test('in a flood of small ones change nothing about where the request ends', async () => {
    const flood = Array.from({ length: 3000 }, (_, index) => `a${index}:b`);
    const body = call('first');
    connection.write(head([`content-length: ${Buffer.byteLength(body)}`, ...flood]) + body);
    const answer = await connection.answer();
    expect([200, 400, 431]).toContain(answer?.status);
    expect(asked()).toEqual(answer?.status === 200 ? ['first'] : []);
  });

  test('that are not Latin-1 or name a prototype are harmless', async () => {
    connection.write(
      withLength('first', [
        'x-note: \u00e9\u00ff',
        '__proto__: x',
        'constructor: y',
        'x-request-id: "\u00fc',
      ]),
    );
    expect((await connection.answer())?.status).toBe(200);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  test('of the client do not reach the upstream', async () => {
    connection.write(
      withLength('first', ['cookie: a=b', 'x-forwarded-for: 1.2.3.4', 'x-secret: s', 'te: trailers']),
    );
    await connection.answer();
    const sent = JSON.stringify(world.upstream.requests[0]?.headers);
    for (const text of ['cookie', 'x-forwarded-for', 'x-secret', '"te"', world.key])
      expect(sent).not.toContain(text);
  });
});

test('after all of this, the books are right', () => world.expectBooksRight());
