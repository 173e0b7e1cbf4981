import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openAiCompatible } from '@aigc/providers/openai-compatible';
import { TokenEstimate } from '../tokens/token-estimate.ts';
import { MAX_EVENT_BYTES, SseDecoder } from './sse-decoder.ts';
import { StreamTap } from './stream-tap.ts';

const PROMPT_TOKENS = 11;
const estimateTokens = (text: string) => new TokenEstimate().add(text).tokens;

function tap({ wantsUsage = false, apiKey = null as string | null } = {}): StreamTap {
  return new StreamTap({ definition: openAiCompatible, wantsUsage, apiKey, startedAtMs: performance.now() });
}

/** What came of a stream that arrived in these pieces. */
function relay(pieces: readonly Buffer[], options: { wantsUsage?: boolean; apiKey?: string } = {}) {
  const subject = tap(options);
  const out: Buffer[] = [];
  for (const piece of pieces) {
    const forward = subject.push(Buffer.from(piece));
    if (forward !== null) out.push(forward);
  }
  const last = subject.end();
  if (last !== null) out.push(last);
  return {
    text: Buffer.concat(out).toString('utf8'),
    usage: subject.usage(PROMPT_TOKENS),
    isDone: subject.isDone,
    isFinished: subject.isFinished,
    hasDelivered: subject.hasDelivered,
    hasContentTime: subject.ttftMs !== null,
    failure: subject.failure?.message ?? null,
  };
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const ends = [...at.toSorted((a, b) => a - b), bytes.length];
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

const base = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'm' };
const usage = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };
const chunk = (choice: object, extra: object = {}) => ({
  ...base,
  choices: [{ index: 0, delta: {}, finish_reason: null, ...choice }],
  ...extra,
});
const say = (content: string, extra: object = {}) => chunk({ delta: { content } }, extra);
const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const DONE = 'data: [DONE]\n\n';

const TEXTS = [
  'Hé',
  'llo ',
  '世界',
  ' 🎉',
  '\n"quoted"\\',
  '',
  'ж',
  'error',
  '"usage":{}',
  'data: x\n\n',
  'end',
];
const CONTENT = [chunk({ delta: { role: 'assistant', content: '' } }), ...TEXTS.map((text) => say(text))];
const FINISH = chunk({ finish_reason: 'stop' });
const USAGE = { ...base, choices: [], usage };
const RECORDED = Buffer.from([...CONTENT, FINISH, USAGE].map(event).join('') + DONE);
const RECORDED_OUT = [...CONTENT, FINISH].map(event).join('');

const NOISY = Buffer.from(
  '\uFEFF: welcome\n\n' +
    event(say('世界')) +
    'id: 1\nretry: 10\n' +
    event(say('a')) +
    ': ping\n\n\n' +
    event(say('б')) +
    'data:\n\nevent: nothing\n\n' +
    'data:{"choices":[{"delta":{"content":"c"}}],\r\ndata:"x":1}\r\n\r\n' +
    'data: {"choices":[{"delta":{"content":"d"},"finish_reason":"stop"}]}\r\r' +
    `data: ${JSON.stringify(USAGE)}\n\ndata: [DONE]\r\n\r\ndata: after\n\n`,
);

describe('a stream cut anywhere is forwarded and metered alike', () => {
  test.each([
    ['multi-byte text', RECORDED],
    ['comments, carriage returns and a byte order mark', NOISY],
  ])('%s, in two at every byte', (_name, stream) => {
    const whole = relay([stream]);
    expect(whole.failure).toBeNull();
    for (let at = 0; at <= stream.length; at += 1) expect(relay(cut(stream, [at]))).toEqual(whole);
  });

  test.each([
    ['multi-byte text', RECORDED],
    ['comments, carriage returns and a byte order mark', NOISY],
  ])('%s, into many pieces', (_name, stream) => {
    const whole = relay([stream]);
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 40 }), (cuts) => {
        expect(relay(cut(stream, cuts))).toEqual(whole);
      }),
    );
    expect(relay([...stream].map((byte) => Buffer.from([byte])))).toEqual(whole);
  });
});

test('a recorded stream passes byte for byte, without [DONE] and the usage that was not asked for', () => {
  const passed = relay([RECORDED]);
  expect(passed).toEqual({
    text: RECORDED_OUT,
    usage: { inputTokens: 5, outputTokens: 7, cachedTokens: 0, reasoningTokens: 0, estimated: false },
    isDone: true,
    isFinished: true,
    hasDelivered: true,
    hasContentTime: true,
    failure: null,
  });
  expect(relay([RECORDED], { wantsUsage: true }).text).toBe(RECORDED_OUT + event(USAGE));
});

test('bytes that need no change are given back as they came, without a copy', () => {
  const subject = tap();
  for (const value of CONTENT) subject.push(Buffer.from(event(value)));
  const bytes = Buffer.from(event(say('more')) + event(say('and more')));
  expect(subject.push(bytes)).toBe(bytes);
});

describe('streams of all kinds mean what parsing each of their chunks would say', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom('', 'é', '世界🎉', '"usage":', '\\u0041', '\n\n', 'finish_reason', '"error"'),
  );
  const value = fc.oneof(
    { weight: 8, arbitrary: text.map((content) => say(content)) },
    text.map((content) => chunk({ delta: { reasoning_content: content } })),
    text.map((content) => chunk({ delta: { content }, index: 1 })),
    text.map((content) => chunk({ delta: { content, refusal: content } })),
    text.map((content) => chunk({ delta: { tool_calls: [{ index: 0, function: { arguments: content } }] } })),
    text.map((content) => chunk({ delta: { function_call: { arguments: content } } })),
    text.map((content) => chunk({ text: content })),
    text.map((content) => say(content, { obfuscation: 'x'.repeat(content.length % 7) })),
    text.map((content) => say(content, { usage: null, error: null })),
    fc
      .tuple(text, fc.nat(99))
      .map(([content, completion_tokens]) =>
        say(content, { usage: { prompt_tokens: 3, completion_tokens } }),
      ),
    fc.constantFrom('stop', 'length', '', null).map((finish_reason) => chunk({ finish_reason })),
    fc.constant(USAGE),
  );
  const styles: ((value: unknown) => string)[] = [
    (v) => JSON.stringify(v),
    // What Python's json.dumps writes.
    (v) =>
      JSON.stringify(v)
        .replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
        .replace(/^\{"id":"/, '{"id": "'),
    (v) => JSON.stringify(v).replaceAll('"content":', '"content" : ').replaceAll('/', '\\/'),
  ];
  const endings = ['\n\n', '\n\n', '\n\n\n', '\r\n\r\n', '\r\r'];

  interface ParsedDelta {
    content?: string;
    reasoning_content?: string;
    refusal?: string;
    tool_calls?: { function: { arguments: string } }[];
    function_call?: { arguments: string };
  }

  interface ParsedChunk {
    usage?: { completion_tokens: number } | null;
    choices: { delta: ParsedDelta; text?: string }[];
  }

  /** Decodes and parses everything. */
  function reference(stream: Buffer, wantsUsage: boolean) {
    const decoder = new SseDecoder();
    const seen = { forwarded: [] as unknown[], completion: null as number | null, said: '', saidAtReport: 0 };
    for (const { data } of [...decoder.push(stream), ...decoder.end()]) {
      const parsed = JSON.parse(data) as ParsedChunk;
      const { usage: reported, ...rest } = parsed;
      if (reported) seen.completion = reported.completion_tokens;
      for (const { delta, text: old } of parsed.choices) {
        const called = delta.tool_calls?.[0]?.function ?? delta.function_call;
        const { content, reasoning_content: reasoning, refusal } = delta;
        for (const said of [content, reasoning, refusal, called?.arguments, old]) seen.said += said ?? '';
      }
      if (reported) seen.saidAtReport = seen.said.length;
      if (wantsUsage || !reported) seen.forwarded.push(parsed);
      else if (parsed.choices.length > 0) seen.forwarded.push(rest);
    }
    return seen;
  }

  test.each([true, false])('asked for usage: %s', (wantsUsage) => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, fc.constantFrom(...styles), fc.constantFrom(...endings)), { maxLength: 30 }),
        fc.array(fc.nat(10_000), { maxLength: 10 }),
        (events, cuts) => {
          const stream = Buffer.from(events.map(([v, style, end]) => `data: ${style(v)}${end}`).join(''));
          const at = cuts.map((position) => position % (stream.length + 1));
          const got = relay(cut(stream, at), { wantsUsage });
          const expected = reference(stream, wantsUsage);
          const decoder = new SseDecoder();
          const out = [...decoder.push(Buffer.from(got.text)), ...decoder.end()];
          expect(got.failure).toBeNull();
          expect(out.map(({ data }) => JSON.parse(data) as unknown)).toEqual(expected.forwarded);
          const isStale = !got.isFinished && expected.said.length > expected.saidAtReport;
          const estimate = estimateTokens(expected.said);
          const reported = isStale ? Math.max(expected.completion ?? 0, estimate) : expected.completion;
          expect(got.usage.outputTokens).toBe(reported ?? estimate);
          expect(got.usage.estimated).toBe(expected.completion === null || isStale);
          expect(got.hasDelivered).toBe(estimateTokens(expected.said) > 0);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('what vendors do differently', () => {
  const lines = (...values: string[]) => relay([Buffer.from(values.join(''))]);

  test('usage on the chunk with the finish_reason is counted and cut out, and the rest is untouched', () => {
    const { text, usage: metered } = lines(
      event(say('a')),
      'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}], "usage": {"prompt_tokens":5,"completion_tokens":7} ,"seed":12345678901234567890}\n\n',
      DONE,
    );
    expect(text).toBe(
      event(say('a')) +
        'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"seed":12345678901234567890}\n\n',
    );
    expect(metered).toMatchObject({ inputTokens: 5, outputTokens: 7, estimated: false });
  });

  test('a running total counts once, with its last value', () => {
    const total = (tokens: number) =>
      event(say('x', { usage: { prompt_tokens: 5, completion_tokens: tokens } }));
    expect(lines(total(1), total(2), total(3)).usage.outputTokens).toBe(3);
  });

  test('a report that came before the answer does not stand for it when the stream breaks off', () => {
    const early = event(say('', { usage: { prompt_tokens: 5, completion_tokens: 0 } }));
    const broken = lines(early, event(say('12345678')), event(say('12345678')));
    expect(broken.usage).toMatchObject({ inputTokens: 5, outputTokens: 4, estimated: true });
    const whole = lines(early, event(say('12345678')), event(FINISH));
    expect(whole.usage).toMatchObject({ inputTokens: 5, outputTokens: 0, estimated: false });
  });

  test('an explicit zero stays zero', () => {
    const zero = event({ ...base, choices: [], usage: { prompt_tokens: 0, completion_tokens: 0 } });
    expect(lines(event(say('words')), zero).usage).toMatchObject({ inputTokens: 0, outputTokens: 0 });
  });

  test('`usage: null` is left alone, and so is a filter result without choices', () => {
    const stream = [
      event({ ...base, id: '', choices: [], prompt_filter_results: [] }),
      event(say('a', { usage: null })),
      event({ ...base, choices: [], usage: null }),
    ];
    expect(lines(...stream).text).toBe(stream.join(''));
  });

  test('an empty finish_reason is none', () => {
    expect(lines(event(chunk({ delta: { content: 'x' }, finish_reason: '' }))).isFinished).toBe(false);
  });

  test('an answer of several choices is complete when the last of them is', () => {
    const part = (index: number, finish_reason: string | null) =>
      event(chunk({ index, delta: { content: 'x' }, finish_reason }));
    const first = [part(0, null), part(1, null), part(0, 'stop')];
    expect(lines(...first).isFinished).toBe(false);
    expect(lines(...first, part(1, 'stop')).isFinished).toBe(true);
  });

  test('the end comes without [DONE], without a blank line, or as a line without data', () => {
    expect(lines(event(say('a')), event(FINISH))).toMatchObject({ isDone: false, isFinished: true });
    const last = event(FINISH).trimEnd();
    expect(lines(event(say('a')), last)).toMatchObject({
      isFinished: true,
      text: event(say('a')) + event(FINISH),
    });
    expect(lines(event(say('a')), event(FINISH), '[DONE]\n\n').text).toBe(event(say('a')) + event(FINISH));
  });

  test('sound is delivered content; its transcript is estimated', () => {
    const audio = lines(event(chunk({ delta: { audio: { data: 'UklGRg==' } } })));
    expect(audio).toMatchObject({ hasDelivered: true, hasContentTime: true });
    const transcript = lines(event(chunk({ delta: { audio: { transcript: '12345678' } } })));
    expect(transcript.usage.outputTokens).toBe(2);
  });

  test('names that are written with escapes are recognised', () => {
    const hidden = 'data: {"choices":[],"\\u0075sage":{"prompt_tokens":1,"completion_tokens":2}}\n\n';
    expect(lines(event(say('a')), event(say('b')), hidden).usage.outputTokens).toBe(2);
  });

  test('the first token is the first content, not the role', () => {
    const subject = tap();
    subject.push(Buffer.from(event(chunk({ delta: { role: 'assistant', content: '' } }))));
    expect(subject.ttftMs).toBeNull();
    subject.push(Buffer.from(event(say('a'))));
    expect(subject.ttftMs).not.toBeNull();
  });
});

describe('a fault ends the stream after what came before it', () => {
  const before = event(say('one')) + event(say('two'));

  function fails(fault: Buffer | string): string | null {
    const stream = Buffer.concat([Buffer.from(before), Buffer.from(fault), Buffer.from(event(say('after')))]);
    const whole = relay([stream]);
    expect(whole.text).toBe(before);
    for (let at = before.length - 3; at <= stream.length; at += 1) {
      expect(relay(cut(stream, [at]))).toEqual(whole);
    }
    return whole.failure;
  }

  test.each<[string, Buffer | string, RegExp]>([
    ['invalid UTF-8', Buffer.from(event(say('XX')).replace('XX', '\xff'), 'latin1'), /UTF-8/],
    ['half a character', Buffer.from(event(say('XX')).replace('XX', '\xe4\xb8'), 'latin1'), /UTF-8/],
    ['HTML', '<html>\n\ndata: <html>\n\n', /not JSON/],
    ['half a chunk', 'data: {"choices":[{"delta":{"content":"x"}\n\n', /not JSON/],
    ['a control character in a text', event(say('XX')).replace('XX', 'a\tb'), /not JSON/],
    ['an array', 'data: []\n\n', /no object/],
    ['an error', event({ error: { message: 'overloaded' } }), /overloaded/],
    ['an error event', 'event: error\ndata: {"message":"overloaded"}\n\n', /overloaded/],
  ])('%s', (_name, fault, message) => {
    expect(fails(fault)).toMatch(message);
  });

  test('what an upstream says of an error loses our credential', () => {
    const said = event({ error: { message: 'wrong key my-secret-credential' } });
    const { failure } = relay([Buffer.from(said)], { apiKey: 'my-secret-credential' });
    expect(failure).toMatch(/wrong key \[removed\]/);
  });

  test('an endless event is refused at the limit instead of being kept, however small its pieces', () => {
    const subject = tap();
    const head = Buffer.from('data: {"id":"');
    subject.push(head);
    const piece = Buffer.alloc(10_000, 97);
    let given = head.length;
    while (subject.failure === null && given <= 2 * MAX_EVENT_BYTES) {
      expect(subject.push(piece)).toBeNull();
      given += piece.length;
    }
    expect(subject.failure?.message).toMatch(/larger than/);
    expect(given).toBeLessThan(MAX_EVENT_BYTES + 2 * piece.length);
  });
});

test('a picture has been delivered, though its stream breaks off before usage is reported', () => {
  const images = [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }];
  const broken = relay([Buffer.from(event(chunk({ delta: { images } })))]);
  expect(broken).toMatchObject({ hasDelivered: true, hasContentTime: true });
  expect(broken.usage).toMatchObject({
    inputTokens: PROMPT_TOKENS,
    outputTokens: 1290,
    estimated: true,
  });
});
