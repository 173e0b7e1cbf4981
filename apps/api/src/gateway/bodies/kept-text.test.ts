import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { KeptText } from './kept-text.ts';
import { MemoryShare } from './memory-share.ts';

const MB = 1024 * 1024;

/** What is kept of a text that comes in pieces of this size. */
function keep(
  text: string | Buffer,
  { max = 10_000, pieceBytes = Infinity, memory = new MemoryShare(MB) } = {},
) {
  const bytes = Buffer.from(text);
  const kept = new KeptText(max, memory);
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    // Of its own, and overwritten afterwards: nothing of a caller's memory may be held.
    const piece = Buffer.from(bytes.subarray(at, Math.min(bytes.length, at + pieceBytes)));
    kept.push(piece);
    piece.fill(0);
  }
  const { text: found, ...rest } = kept.finish();
  return { text: found.toString('utf8'), ...rest };
}

const image = randomBytes(30_000).toString('base64');
const body = JSON.stringify({
  messages: [
    { role: 'user', content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } }] },
    { role: 'user', content: 'What is "this"? \\ and \\" 北京', data: image },
  ],
});

test.each([Infinity, 1, 7, 383, 384, 385, 4096])(
  'encoded files are cut to a mark and everything else stays, in pieces of %s bytes',
  (pieceBytes) => {
    const { text, bytes, isTruncated } = keep(body, { pieceBytes });
    const mark = `[${image.length} bytes of base64 left out]`;
    expect(text).toBe(body.replaceAll(image, mark));
    expect(JSON.parse(text)).toMatchObject({
      messages: [{}, { content: 'What is "this"? \\ and \\" 北京' }],
    });
    expect({ bytes, isTruncated }).toEqual({ bytes: Buffer.byteLength(body), isTruncated: false });
  },
);

test('a text ends at the limit, after a whole character', () => {
  const text = `{"content":"${'北'.repeat(100)}"}`;
  for (const max of [13, 14, 15, 16]) {
    const kept = keep(text, { max });
    expect(kept.isTruncated).toBe(true);
    expect(text.startsWith(kept.text)).toBe(true);
    expect(Buffer.byteLength(kept.text)).toBeGreaterThan(max - 3);
    expect(kept.bytes).toBe(Buffer.byteLength(text));
  }
  expect(keep(text, { max: Buffer.byteLength(text) }).isTruncated).toBe(false);
});

test('words without a break, identifiers and short data are no encoded files', () => {
  const text = JSON.stringify({
    a: 'word '.repeat(200),
    id: 'x'.repeat(255),
    url: 'data:image/png;base64,AAAA',
  });
  expect(keep(text).text).toBe(text);
});

test('no more memory is taken than there is, and what lacks it says so', () => {
  const memory = new MemoryShare(1000);
  const first = new KeptText(800, memory);
  first.push(Buffer.alloc(2000, 'a'));
  expect(memory.takenBytes).toBe(800);
  const second = new KeptText(800, memory);
  second.push(Buffer.alloc(500, 'b'));
  expect(second.lacksMemory).toBe(true);
  expect(memory.takenBytes).toBe(first.heldBytes + second.heldBytes);
});

test('a quote that is missing in one event does not hide the files of the next', () => {
  const kept = new KeptText(10_000, new MemoryShare(MB));
  kept.push(Buffer.from('data: {"broken\n\n'));
  kept.restart();
  kept.push(Buffer.from(`data: {"audio":"${image}"}\n\n`));
  expect(kept.finish().text.toString()).toBe(
    `data: {"broken\n\ndata: {"audio":"[${image.length} bytes of base64 left out]"}\n\n`,
  );
});
