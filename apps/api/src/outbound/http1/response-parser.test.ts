import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerArbitrary, bytesOf, type Answer } from '../../../test/support/raw-answers.ts';
import { REFUSED_ANSWERS } from '../../../test/support/refused-answers.ts';
import { ResponseParser } from './response-parser.ts';

interface Parsed {
  outcome: 'end' | 'incomplete' | 'invalid';
  status: number;
  headers: Record<string, string | string[]>;
  body: string;
  /** Bytes behind the end of the answer. */
  rest: number;
}

/** Reads an answer from segments, as a connection does. */
function parse(segments: readonly Buffer[], isClosed: boolean): Parsed {
  const parser = new ResponseParser();
  const parsed: Parsed = { outcome: 'incomplete', status: 0, headers: {}, body: '', rest: 0 };
  for (const segment of segments) {
    // The parser moves bytes within its segment.
    const bytes = Buffer.from(segment);
    if (parsed.outcome !== 'incomplete') {
      parsed.rest += bytes.length;
      continue;
    }
    let event = parser.read(bytes, 0, bytes.length);
    if (event === 'head') {
      parsed.status = parser.head?.status ?? 0;
      parsed.headers = { ...parser.head?.headers };
      event = parser.read(bytes, parser.position, bytes.length);
    }
    parsed.body += bytes.toString('latin1', parser.bodyStart, parser.bodyEnd);
    if (event === 'end') {
      parsed.outcome = 'end';
      parsed.rest = bytes.length - parser.position;
    } else if (event === 'invalid') parsed.outcome = 'invalid';
  }
  if (isClosed && parsed.outcome === 'incomplete') {
    const event = parser.readEnd();
    if (event === 'end' || event === 'invalid') parsed.outcome = event;
  }
  return parsed;
}

function whole(text: string, isClosed = false): Parsed {
  return parse([Buffer.from(text, 'latin1')], isClosed);
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [
    0,
    ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b),
    bytes.length,
  ];
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

function expectAnswer(parsed: Parsed, answer: Answer): void {
  expect(parsed).toEqual({
    outcome: 'end',
    status: answer.status,
    headers: answer.expectedHeaders,
    body: answer.body,
    rest: 0,
  });
}

describe('every valid answer', () => {
  test('is read the same however its bytes are cut', () => {
    fc.assert(
      fc.property(answerArbitrary, fc.array(fc.nat(), { maxLength: 12 }), (answer, places) => {
        const bytes = bytesOf(answer);
        expectAnswer(parse([bytes], true), answer);
        expectAnswer(parse(cut(bytes, places), true), answer);
      }),
      { numRuns: 400, seed: 3 },
    );
  });

  test('is read the same when it is cut at each byte, and at every byte', () => {
    fc.assert(
      fc.property(answerArbitrary, (answer) => {
        const bytes = bytesOf(answer);
        expectAnswer(
          parse(
            cut(
              bytes,
              Array.from({ length: bytes.length }, (_, at) => at),
            ),
            true,
          ),
          answer,
        );
        for (let at = 0; at <= bytes.length; at += 1) expectAnswer(parse(cut(bytes, [at]), true), answer);
      }),
      { numRuns: 20, seed: 3 },
    );
  });

  test('is not complete before its last byte, unless its end is the end of the connection', () => {
    fc.assert(
      fc.property(answerArbitrary, fc.nat(), (answer, length) => {
        const bytes = bytesOf(answer);
        const { outcome, body } = parse([bytes.subarray(0, length % bytes.length)], true);
        if (answer.framing !== 'until_close') expect(outcome).toBe('incomplete');
        expect(answer.body.startsWith(body)).toBe(true);
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  test('leaves what follows it alone', () => {
    fc.assert(
      fc.property(answerArbitrary, fc.uint8Array({ minLength: 1, maxLength: 20 }), (answer, more) => {
        fc.pre(answer.framing !== 'until_close');
        const parsed = parse([Buffer.concat([bytesOf(answer), more])], false);
        expect(parsed).toMatchObject({ outcome: 'end', body: answer.body, rest: more.length });
      }),
      { numRuns: 200, seed: 3 },
    );
  });
});

describe('damaged bytes', () => {
  const damage = fc.array(
    fc.record({
      at: fc.nat(),
      kind: fc.constantFrom('change', 'insert', 'remove'),
      byte: fc.nat({ max: 255 }),
    }),
    { minLength: 1, maxLength: 4 },
  );

  test('are read the same however they are cut, and never make the parser throw', () => {
    fc.assert(
      fc.property(
        answerArbitrary,
        damage,
        fc.array(fc.nat(), { maxLength: 8 }),
        (answer, changes, places) => {
          const bytes = [...bytesOf(answer)];
          for (const { at, kind, byte } of changes) {
            bytes.splice(at % bytes.length, kind === 'insert' ? 0 : 1, ...(kind === 'remove' ? [] : [byte]));
          }
          const damaged = Buffer.from(bytes);
          const atOnce = parse([damaged], true);
          const inParts = parse(cut(damaged, places), true);
          expect(inParts.outcome).toBe(atOnce.outcome);
          if (atOnce.outcome === 'end') expect(inParts).toEqual(atOnce);
        },
      ),
      { numRuns: 1_500, seed: 3 },
    );
  });

  test('that do not start as HTTP/1.0 or HTTP/1.1 are never an answer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
        fc.pre(!/^HTTP\/1\.[01] [1-5]/.test(Buffer.from(bytes).toString('latin1')));
        expect(parse([Buffer.from(bytes)], true).outcome).not.toBe('end');
      }),
      { numRuns: 500, seed: 3 },
    );
  });
});

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`;

describe('is refused', () => {
  test.each(REFUSED_ANSWERS)('%s', (_name, text) => {
    expect(whole(text).outcome).toBe('invalid');
    expect(parse(cut(Buffer.from(text, 'latin1'), [7, 30, 45, 60]), false).outcome).toBe('invalid');
  });
});

test.each([
  ['no reason', 'HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok'],
  ['an empty reason', 'HTTP/1.1 200 \r\ncontent-length: 2\r\n\r\nok'],
  ['a reason beyond ASCII', 'HTTP/1.1 200 \u00e4\r\ncontent-length: 2\r\n\r\nok'],
  ['no space behind the colon, and blanks around the value', `${OK}content-length:\t 2 \t\r\n\r\nok`],
  [
    'interim answers',
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 X\r\nlink: a\r\n\r\n${OK}content-length: 2\r\n\r\nok`,
  ],
  ['CHUNKED', `${OK}Transfer-Encoding: Chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`],
  ['chunk extensions', `${CHUNKED}1;a=b\r\no\r\n1;c="d; e"\r\nk\r\n0;x\r\n\r\n`],
  ['trailers, which are dropped', `${CHUNKED}2\r\nok\r\n00\r\nexpires: 0\r\nx:\r\n\r\n`],
  ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'],
])('is accepted: %s', (_name, text) => {
  expect(whole(text)).toMatchObject({ outcome: 'end', status: 200, body: 'ok', rest: 0 });
  expect(whole(text).headers).not.toHaveProperty('expires');
});

test.each([204, 304])('an answer with status %i has no body, whatever it announces', (status) => {
  const text = `HTTP/1.1 ${status} X\r\ncontent-length: 5\r\n\r\nhello`;
  expect(whole(text)).toMatchObject({ outcome: 'end', status, body: '', rest: 5 });
});

test.each([
  ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', true],
  ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive, x\r\n\r\n', true],
  ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: x, Close\r\n\r\n', false],
  ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: x\r\nconnection: close\r\n\r\n', false],
  ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: disclose\r\n\r\n', true],
  ['HTTP/1.0 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n', false],
  ['HTTP/1.1 200 OK\r\n\r\n', false],
  ['HTTP/1.1 204 X\r\n\r\n', true],
  ['HTTP/1.1 204 X\r\ntransfer-encoding: chunked\r\n\r\n', false],
  ['HTTP/1.1 204 X\r\ncontent-length: 5\r\n\r\n', false],
])('%j lets its connection be used again: %s', (text, mayReuse) => {
  const parser = new ResponseParser();
  const bytes = Buffer.from(text);
  expect(parser.read(bytes, 0, bytes.length)).toBe('head');
  expect(parser.head?.mayReuse).toBe(mayReuse);
});

test.each([
  ['timeout=5', 5_000],
  ['max=100, Timeout=75', 75_000],
  ['timeout="15"', 15_000],
  ['timeout=0', 0],
  ['max=100', null],
  ['xtimeout=5', null],
])('a server that says %j keeps the connection for %s ms', (value, keepAliveMs) => {
  const parser = new ResponseParser();
  const bytes = Buffer.from(`${OK}content-length: 0\r\nkeep-alive: ${value}\r\n\r\n`);
  parser.read(bytes, 0, bytes.length);
  expect(parser.head?.keepAliveMs).toBe(keepAliveMs);
});

test('names that objects have of their own are headers like any other', () => {
  const { headers } = whole(
    `${OK}__proto__: a\r\nconstructor: b\r\nhasOwnProperty: c\r\ncontent-length: 0\r\n\r\n`,
  );
  expect(Object.entries(headers)).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
    ['hasownproperty', 'c'],
    ['content-length', '0'],
  ]);
});
