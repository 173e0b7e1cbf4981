import { AppError } from '@aigc/shared/errors';
import { expect, test } from 'vitest';
import { MessageEvents } from './message-events.ts';
import { TypedEventTap } from './typed-event-tap.ts';

const event = (data: { type: string }) =>
  Buffer.from(`event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`);
const START = event({
  type: 'message_start',
  message: { usage: { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 1 } },
} as { type: string });
const text = (said: string) =>
  event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: said } } as {
    type: string;
  });
const DELTA = event({
  type: 'message_delta',
  delta: { stop_reason: 'end_turn' },
  usage: { output_tokens: 7 },
} as { type: string });
const STOP = event({ type: 'message_stop' });

const tap = () => new TypedEventTap(new MessageEvents(), { apiKey: null, startedAtMs: performance.now() });

test('cut anywhere, the same events pass, and the last one is kept back', () => {
  const all = Buffer.concat([START, event({ type: 'ping' }), text('Grüße'), DELTA, STOP]);
  const whole = tap();
  const passed = whole.push(all)?.toString();
  for (let at = 1; at < all.length; at += 1) {
    const cut = tap();
    const parts = [cut.push(all.subarray(0, at)), cut.push(all.subarray(at))];
    expect(parts.map((part) => part?.toString() ?? '').join('')).toBe(passed);
    expect(cut.usage(0)).toEqual(whole.usage(0));
  }
  expect(passed).not.toContain('message_stop');
  expect(whole.ending()).toEqual(STOP);
  expect(whole.isDone).toBe(true);
  expect(whole.usage(0)).toMatchObject({
    inputTokens: 15,
    cachedTokens: 5,
    outputTokens: 7,
    estimated: false,
  });
});

test('a stream that breaks off is billed by what was counted of its prompt and what was delivered', () => {
  const broken = tap();
  broken.push(Buffer.concat([START, text('word '.repeat(100))]));
  expect(broken.hasUsage).toBe(false);
  expect(broken.usage(999)).toMatchObject({ inputTokens: 15, outputTokens: 125, estimated: true });
});

test('an upstream that counts nothing leaves the counting to us', () => {
  const silent = tap();
  silent.push(Buffer.concat([event({ type: 'message_start' }), text('abcd')]));
  expect(silent.usage(40)).toMatchObject({ inputTokens: 40, outputTokens: 1, estimated: true });
});

test('an error ends the stream with its reason', () => {
  const failing = tap();
  failing.push(START);
  failing.push(
    event({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } } as { type: string }),
  );
  expect(failing.failure?.message).toContain('Overloaded');
  expect(failing.push(text('more'))).toBeNull();
  const error = failing.failure ?? new AppError('server_error', '');
  // A client that sees this type waits and tries again.
  expect(failing.failed(error)?.toString()).toContain('"type":"overloaded_error"');
});
