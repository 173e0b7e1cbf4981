import { expect, test } from 'vitest';
import { boundPromptTokens } from './prompt-bound.ts';
import { scanBody } from './scan-body.ts';

const scan = (content: unknown) =>
  scanBody(Buffer.from(JSON.stringify({ messages: [{ role: 'user', content }] })));
const source = (bytes: number) => ({ type: 'base64', media_type: 'image/png', data: 'A'.repeat(bytes) });

test("images of Anthropic's API are media, wherever their type stands, in what tools gave too", () => {
  const { media } = scan([
    { type: 'image', source: source(100) },
    { source: source(100), type: 'image' },
    { type: 'image', source: { type: 'url', url: 'https://images.example/a.png' } },
    {
      type: 'tool_result',
      tool_use_id: 't',
      content: [{ type: 'image', source: source(100) }, { type: 'text' }],
    },
    { type: 'text', text: 'source' },
  ]);
  expect(media).toMatchObject({ images: 4, others: 0 });
  expect(media.imageBytes).toBe(3 * 102 + '"https://images.example/a.png"'.length);
});

test('documents may fill the whole context', () => {
  const body = scan([{ type: 'document', source: { ...source(10), media_type: 'application/pdf' } }]);
  expect(body.media).toMatchObject({ images: 0, others: 1 });
  expect(boundPromptTokens(body, 200_000)).toBe(200_000);
});

test('the bound of an image does not grow with the image', () => {
  const bound = (bytes: number) => boundPromptTokens(scan([{ type: 'image', source: source(bytes) }]), null);
  expect(bound(1_000_000)).toBe(bound(100));
});
