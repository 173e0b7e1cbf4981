import { expect, test } from 'vitest';
import { nameSchema } from './fields.ts';

test.each(['demo', '模型 1', 'family 👨‍👩‍👧', 'deepseek-ai/DeepSeek-V3'])('%j is a name', (name) => {
  expect(nameSchema(50).parse(` ${name} `)).toBe(name);
});

test.each(['', '  ', 'a\0b', 'a\nb', 'a\u0085b', 'pay\u202egpj.exe', 'a\u2066b', 'x'.repeat(51)])(
  '%j is no name: empty, too long, or with characters that hide what it is',
  (name) => {
    expect(nameSchema(50).safeParse(name).success).toBe(false);
  },
);
