import fc from 'fast-check';

/** A valid answer, and what a client should read in it. */
export interface Answer {
  head: string;
  /** The body as it is sent. */
  framed: string;
  status: number;
  framing: 'length' | 'chunked' | 'until_close';
  body: string;
  expectedHeaders: Record<string, string | string[]>;
}

const TOKEN_CHARS = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".split('');
const OWNED = new Set([
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'content-encoding',
  'trailer',
  'upgrade',
  '__proto__',
]);

const latin1 = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const name = fc
  .string({ unit: fc.constantFrom(...TOKEN_CHARS), minLength: 1, maxLength: 12 })
  .filter((text) => !OWNED.has(text.toLowerCase()));
const value = fc
  .array(
    fc.oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0xa1, max: 0xff }), fc.constant(9)),
    { maxLength: 20 },
  )
  .map((codes) => String.fromCharCode(...codes).replace(/^[ \t]+|[ \t]+$/g, ''));
const header = fc.record({
  name,
  value,
  before: fc.constantFrom('', ' ', '\t '),
  after: fc.constantFrom('', ' ', '\t'),
});
const extension = fc.constantFrom('', '', '', ';a', ';a=b', ';name="quoted; text"');
const chunk = fc.record({
  data: latin1,
  extension,
  zeros: fc.constantFrom('', '', '0', '00'),
  upper: fc.boolean(),
});
const interim = fc.constantFrom(
  '',
  '',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\n',
);

/** Answers of all shapes that a strict client accepts. */
export const answerArbitrary: fc.Arbitrary<Answer> = fc
  .record({
    status: fc.constantFrom(200, 201, 206, 400, 404, 429, 500, 503, 599),
    reason: fc.constantFrom('OK', '', 'Not Found', 'A\tB \u00fc'),
    headers: fc.array(header, { maxLength: 8 }),
    framing: fc.constantFrom('length', 'chunked', 'until_close'),
    chunks: fc.array(chunk, { maxLength: 6 }),
    last: extension,
    trailers: fc.constantFrom('', '', 'x-trailer: 1\r\n', 'a:\r\nb: \t c\r\n'),
    interim,
  })
  .map(({ status, reason, headers, framing, chunks, last, trailers, interim: first }) => {
    const body = chunks.map(({ data }) => data).join('');
    const own: [string, string][] =
      framing === 'length'
        ? [['Content-Length', String(body.length)]]
        : framing === 'chunked'
          ? [['Transfer-Encoding', 'chunked']]
          : [];
    const lines = headers.map(
      ({ name: key, value: text, before, after }) => `${key}:${before}${text}${after}\r\n`,
    );
    for (const [key, text] of own) lines.push(`${key}: ${text}\r\n`);
    const expectedHeaders: Answer['expectedHeaders'] = {};
    for (const [key, text] of [...headers.map((each) => [each.name, each.value] as const), ...own]) {
      const lower = key.toLowerCase();
      const present = Object.hasOwn(expectedHeaders, lower) ? expectedHeaders[lower] : undefined;
      expectedHeaders[lower] = present === undefined ? text : [present, text].flat();
    }
    return {
      head: `${first}HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n`,
      framed: framing === 'chunked' ? `${chunked(chunks)}0${last}\r\n${trailers}\r\n` : body,
      status,
      framing,
      body,
      expectedHeaders,
    };
  });

/** An answer as bytes. */
export function bytesOf(answer: Answer): Buffer {
  return Buffer.from(answer.head + answer.framed, 'latin1');
}

function chunked(
  chunks: readonly { data: string; extension: string; zeros: string; upper: boolean }[],
): string {
  return chunks
    .filter(({ data }) => data !== '')
    .map(({ data, extension: text, zeros, upper }) => {
      const size = data.length.toString(16);
      return `${zeros}${upper ? size.toUpperCase() : size}${text}\r\n${data}\r\n`;
    })
    .join('');
}
