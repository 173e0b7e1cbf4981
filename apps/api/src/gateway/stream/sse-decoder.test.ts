import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_EVENT_BYTES, SseDecoder, SseError, type SseEvent } from './sse-decoder.ts';

function decode(parts: Buffer[]): SseEvent[] {
  const decoder = new SseDecoder();
  return [...parts.flatMap((part) => decoder.push(part)), ...decoder.end()];
}

const STREAM = Buffer.from(
  '\uFEFFdata: {"text":"héllo 世界 🎉"}\n\n: comment\nid: 7\nretry: 10\nevent: error\r\ndata:no space\r\n\r\ndata: a\rdata: b\r\rdata: [DONE]\n\n',
);
const EVENTS = [
  { event: null, data: '{"text":"héllo 世界 🎉"}' },
  { event: 'error', data: 'no space' },
  { event: null, data: 'a\nb' },
  { event: null, data: '[DONE]' },
];

test('a stream decodes alike when cut in two at every byte', () => {
  for (let cut = 0; cut <= STREAM.length; cut += 1) {
    expect(decode([STREAM.subarray(0, cut), STREAM.subarray(cut)])).toEqual(EVENTS);
  }
});

test('a stream decodes alike when cut anywhere into many pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(STREAM.length), { maxLength: 20 }), (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), STREAM.length];
      const parts = at.slice(1).map((end, index) => STREAM.subarray(at[index], end));
      expect(decode(parts)).toEqual(EVENTS);
    }),
  );
});

test('events without data, and comments alone, are no events', () => {
  expect(decode([Buffer.from(': ping\n\nevent: x\n\nid: 1\n\n')])).toEqual([]);
});

test('the last event counts without its blank line', () => {
  expect(decode([Buffer.from('data: a\n\ndata: b')])).toEqual([
    { event: null, data: 'a' },
    { event: null, data: 'b' },
  ]);
});

test('an endless line is refused at the limit instead of being kept', () => {
  const decoder = new SseDecoder();
  const piece = Buffer.alloc(1024 * 1024, 97);
  expect(() => {
    for (let bytes = 0; bytes <= MAX_EVENT_BYTES; bytes += piece.length) decoder.push(piece);
  }).toThrow(SseError);
});

test('invalid UTF-8 is refused', () => {
  expect(() => decode([Buffer.from([0x64, 0x61, 0x74, 0x61, 0x3a, 0xff, 0x0a, 0x0a])])).toThrow(SseError);
});
