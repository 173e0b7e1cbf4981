import { expect, it } from 'vitest';
import { z } from 'zod';
import { readTextInput } from './read-text-input.ts';

const schema = z.object({
  id: z.number().int(),
  limit: z.number().default(50),
  is_local: z.boolean().optional(),
  name: z.string().optional(),
});
const read = (query: string) => ({ ...readTextInput(schema, new URLSearchParams(query)) });

it('reads numbers and booleans where the schema has them, and leaves text alone', () => {
  expect(read('id=7&limit=10&is_local=true&name=12')).toEqual({
    id: 7,
    limit: 10,
    is_local: true,
    name: '12',
  });
});

it('reads "false" as false', () => {
  expect(read('is_local=false')).toEqual({ is_local: false });
});

it('leaves what is no number or boolean for the check to refuse', () => {
  expect(read('id=seven&limit=&is_local=yes')).toEqual({ id: 'seven', limit: '', is_local: 'yes' });
  expect(read('id=0x10&limit=1e3')).toEqual({ id: '0x10', limit: '1e3' });
});

it('makes a list of a repeated name', () => {
  expect(read('id=1&id=2')).toEqual({ id: [1, 2] });
});

it('is not led astray by names of object internals', () => {
  expect(read('__proto__=1&constructor=2')).toEqual(
    Object.assign(Object.create(null), { ['__proto__']: '1', constructor: '2' }),
  );
});

it('does not change the schema, which tRPC uses too', () => {
  read('id=7');
  expect(schema.safeParse({ id: '7' }).success).toBe(false);
});
