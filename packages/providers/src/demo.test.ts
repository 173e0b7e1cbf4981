import { expect, test } from 'vitest';
import { demo } from './demo.ts';

test('a prompt of a million spaces is answered like any other', async () => {
  const messages = [{ role: 'user', content: `a${' '.repeat(1_000_000)}` }];
  const body = Buffer.from(JSON.stringify({ model: 'demo', messages }));
  const given = demo.answer?.('chat/completions', body, new AbortController().signal);
  const parts: Buffer[] = [];
  for await (const part of given?.body ?? []) parts.push(Buffer.from(part));
  expect(JSON.parse(Buffer.concat(parts).toString())).toMatchObject({ usage: { prompt_tokens: 5 } });
});
