import { AppError } from '@aigc/shared/errors';
import { expect, test } from 'vitest';
import { ResponseEvents } from './response-events.ts';
import { TypedEventTap } from './typed-event-tap.ts';

const KEY = 'sk-secret-of-the-upstream';
const open = () => new TypedEventTap(new ResponseEvents(), { apiKey: KEY, startedAtMs: performance.now() });
const frame = (type: string, sequence: number, members: object) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence, ...members })}\n\n`;

const USAGE = {
  input_tokens: 9,
  output_tokens: 4,
  input_tokens_details: { cached_tokens: 3, cache_write_tokens: 2 },
};
const response = (status: string, more = {}) => ({ response: { id: 'resp_1', status, output: [], ...more } });
const CREATED = frame('response.created', 0, response('in_progress'));
const DELTA = frame('response.output_text.delta', 1, { delta: '世界' });
const COMPLETED = frame('response.completed', 2, response('completed', { usage: USAGE }));

/** What is forwarded of a stream that comes `step` bytes at a time. */
function forwarded(tap: TypedEventTap, text: string, step: number): string {
  const bytes = Buffer.from(text);
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += step) {
    const passed = tap.push(bytes.subarray(at, at + step));
    if (passed !== null) out.push(passed);
  }
  const rest = tap.end();
  if (rest !== null) out.push(rest);
  return Buffer.concat(out).toString();
}

test.each([1, 7, 10_000])(
  'a stream cut every %i bytes passes, and its last event waits for the settlement',
  (step) => {
    const tap = open();
    expect(forwarded(tap, CREATED + DELTA + COMPLETED, step)).toBe(CREATED + DELTA);
    expect(tap.ending().toString()).toBe(COMPLETED);
    expect(tap).toMatchObject({
      isDone: true,
      isFinished: true,
      hasUsage: true,
      hasDelivered: true,
      failure: null,
    });
    expect(tap.usage(0)).toEqual({
      inputTokens: 9,
      outputTokens: 4,
      cachedTokens: 3,
      reasoningTokens: 0,
      estimated: false,
      details: { cacheWriteTokens: 2 },
    });
  },
);

test('a response that breaks off is billed by what was delivered, whatever counts its first events had', () => {
  const tap = open();
  const none = { input_tokens: 0, output_tokens: 0 };
  forwarded(tap, frame('response.created', 0, response('in_progress', { usage: none })) + DELTA, 10_000);
  expect(tap.hasUsage).toBe(false);
  expect(tap.usage(7)).toMatchObject({ inputTokens: 7, outputTokens: 2, estimated: true });
});

test('ids, retries, comments, events without data and [DONE] do not pass', () => {
  const noise = ': hello\n\nid: 1\nretry: 5\n\n';
  const tap = open();
  expect(forwarded(tap, `${noise}id: 2\n${DELTA}${noise}data: [DONE]\n\n`, 5)).toBe(DELTA);
});

test('carriage returns, data in several lines and a missing blank line at the end are understood', () => {
  const tap = open();
  const split = 'event: x\r\ndata: {"type":"x",\r\ndata: "a":1}\r\n\r\n';
  expect(forwarded(tap, split + COMPLETED.trimEnd(), 3)).toBe(
    'event: x\ndata: {"type":"x",\ndata: "a":1}\n\n',
  );
  expect(tap.isDone).toBe(true);
});

test('a stream that breaks off is billed by what was delivered, and was begun by its first delta', () => {
  const tap = open();
  forwarded(tap, CREATED, 100);
  expect(tap.hasDelivered).toBe(false);
  tap.push(Buffer.from(DELTA));
  expect(tap).toMatchObject({ hasDelivered: true, isFinished: false, hasUsage: false });
  expect(tap.usage(5)).toMatchObject({ inputTokens: 5, outputTokens: 2, estimated: true });
});

test('a failure after a beginning is told as response.failed, and before it in the words of the API', () => {
  const error = new AppError('upstream_unreachable', 'Gone.');
  expect(open().failed(error)).toBeNull();
  const tap = open();
  tap.push(Buffer.from(CREATED + DELTA));
  const text = tap.failed(error)?.toString() ?? '';
  expect(text).toMatch(/^event: response\.failed\n/);
  expect(JSON.parse(text.slice(text.indexOf('{')))).toMatchObject({
    sequence_number: 2,
    response: { id: 'resp_1', status: 'failed', error: { code: 'upstream_unreachable', message: 'Gone.' } },
  });
});

test("the upstream's own failure passes unless it names its key", () => {
  const failed = (message: string) =>
    frame('response.failed', 1, response('failed', { error: { code: 'server_error', message } }));
  const tap = open();
  expect(forwarded(tap, CREATED + failed('It broke.') + DELTA, 50)).toBe(CREATED);
  expect(tap.failure).toMatchObject({
    code: 'upstream_bad_response',
    message: expect.stringContaining('It broke.'),
  });
  expect(tap.failed(tap.failure ?? new AppError('server_error', ''))?.toString()).toBe(failed('It broke.'));
  const careless = open();
  careless.push(Buffer.from(CREATED + failed(`Bad key ${KEY}`)));
  const told = careless.failed(careless.failure ?? new AppError('server_error', ''))?.toString();
  expect(told).toContain('response.failed');
  expect(told).not.toContain(KEY);
  expect(careless.failure?.message).not.toContain(KEY);
});

test.each([
  ['an error event', 'event: error\ndata: {"type":"error","code":"x","message":"No."}\n\n', 'No.'],
  ['an error without a name', 'data: {"error":{"message":"No."}}\n\n', 'No.'],
  ['no JSON', 'data: nope\n\n', 'not JSON'],
  ['no object', 'data: [1]\n\n', 'no object'],
  ['no UTF-8', Buffer.from([0x64, 0x61, 0x74, 0x61, 0x3a, 0xff, 0x0a, 0x0a]), 'UTF-8'],
])('%s fails the stream, and nothing more is forwarded', (_name, bytes, reason) => {
  const tap = open();
  expect(tap.push(Buffer.from(bytes))).toBeNull();
  expect(tap.failure).toMatchObject({
    code: 'upstream_bad_response',
    message: expect.stringContaining(reason),
  });
  expect(tap.push(Buffer.from(DELTA))).toBeNull();
});
