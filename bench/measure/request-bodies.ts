import { randomBytes } from 'node:crypto';
import { MODEL_TITLE } from '../gateways/seed-installation.ts';

const MESSAGES = [
  { role: 'system', content: 'You are a helpful assistant that answers briefly and precisely.' },
  {
    role: 'user',
    content: 'What is the answer to the ultimate question of life, the universe and everything?',
  },
];
const IMAGE_BYTES = 5 * 1024 * 1024;

/** What a small call sends: some 300 bytes. */
export const SMALL_BODY = JSON.stringify({
  model: MODEL_TITLE,
  messages: MESSAGES,
  max_tokens: 256,
  temperature: 0.7,
});

export const STREAM_BODY = JSON.stringify({
  model: MODEL_TITLE,
  stream: true,
  messages: MESSAGES,
  max_tokens: 1024,
});

/** A question about an image of 5 MB, which travels as base64 inside the JSON. */
export function largeBody(): string {
  const url = `data:image/png;base64,${randomBytes(IMAGE_BYTES).toString('base64')}`;
  const content = [
    { type: 'text', text: 'What is on this picture?' },
    { type: 'image_url', image_url: { url } },
  ];
  return JSON.stringify({ model: MODEL_TITLE, messages: [{ role: 'user', content }], max_tokens: 256 });
}
