import { expect, test } from 'vitest';
import { openAiCompatible } from '@aigc/providers/openai-compatible';
import { StreamMeter } from './stream-meter.ts';

function meter(wantsUsage: boolean): StreamMeter {
  const request = { messages: [{ role: 'user', content: 'Hello there' }] };
  return new StreamMeter({
    definition: openAiCompatible,
    request,
    wantsUsage,
    apiKey: null,
    startedAtMs: performance.now(),
  });
}

const content = (text: string) =>
  JSON.stringify({ choices: [{ index: 0, delta: { content: text }, finish_reason: null }] });
const usage = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };
const finish = (extra: object = {}) =>
  JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], ...extra });

test('a chunk without usage passes byte for byte', () => {
  const text = '{ "choices":[{"index":0,"delta":{"content":"héé"},"x":1}],"seed":12345678901234567890 }';
  expect(meter(false).read(text).forward).toBe(text);
});

test('the usage chunk is hidden from a client that did not ask, and shown to one that did', () => {
  const chunk = JSON.stringify({ choices: [], usage });
  expect(meter(false).read(chunk).forward).toBeNull();
  expect(meter(true).read(chunk).forward).toBe(chunk);
});

test('usage beside a finish reason is counted and taken out, and the chunk stays', () => {
  const subject = meter(false);
  const forwarded = subject.read(finish({ usage })).forward ?? '';
  expect(JSON.parse(forwarded)).toEqual({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  expect(subject.usage()).toMatchObject({ inputTokens: 5, outputTokens: 7, estimated: false });
});

test('a running total counts once, with its last value', () => {
  const subject = meter(false);
  for (const completion of [1, 2, 3]) {
    subject.read(
      JSON.stringify({
        choices: [{ delta: { content: 'x' } }],
        usage: { ...usage, completion_tokens: completion },
      }),
    );
  }
  expect(subject.usage().outputTokens).toBe(3);
});

test('an explicit zero stays zero', () => {
  const subject = meter(false);
  subject.read(content('some words'));
  subject.read(JSON.stringify({ choices: [], usage: { prompt_tokens: 0, completion_tokens: 0 } }));
  expect(subject.usage()).toMatchObject({ inputTokens: 0, outputTokens: 0, estimated: false });
});

test('without usage, what was delivered is estimated, tool calls and reasoning included', () => {
  const subject = meter(false);
  subject.read(content('12345678'));
  subject.read(JSON.stringify({ choices: [{ delta: { reasoning_content: '思考' } }] }));
  subject.read(
    JSON.stringify({
      choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: '{"a":1}x' } }] } }],
    }),
  );
  expect(subject.usage()).toMatchObject({ outputTokens: 2 + 2 + 2, estimated: true });
});

test('the first token is the first content, not the role', () => {
  const subject = meter(false);
  subject.read(JSON.stringify({ choices: [{ delta: { role: 'assistant', content: '' } }] }));
  expect(subject.ttftMs).toBeNull();
  subject.read(content('a'));
  expect(subject.ttftMs).not.toBeNull();
});

test('an error of the upstream inside its stream is raised, and so is a chunk that is no JSON', () => {
  expect(() => meter(false).read('{"error":{"message":"overloaded"}}')).toThrow(/overloaded/);
  expect(() => meter(false).read('<html>')).toThrow(/not JSON/);
});

test('a content filter chunk without choices is not taken for usage', () => {
  const chunk = JSON.stringify({ id: '', choices: [], prompt_filter_results: [] });
  expect(meter(false).read(chunk).forward).toBe(chunk);
});

test('an answer of several choices is complete when the last of them is', () => {
  const subject = meter(false);
  const chunk = (index: number, reason: string | null) =>
    JSON.stringify({ choices: [{ index, delta: { content: 'x' }, finish_reason: reason }] });
  const states = [chunk(0, null), chunk(1, null), chunk(0, 'stop'), chunk(1, 'stop')].map((text) => {
    subject.read(text);
    return subject.isFinished;
  });
  expect(states).toEqual([false, false, false, true]);
});

test('an empty finish_reason is none', () => {
  const subject = meter(false);
  subject.read(JSON.stringify({ choices: [{ index: 0, delta: { content: 'x' }, finish_reason: '' }] }));
  expect(subject.isFinished).toBe(false);
});
