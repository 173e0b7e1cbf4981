import { AppError } from '@aigc/shared/errors';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { usePlainZodMessages } from '@aigc/shared/zod-reasons';
import { toPublicError } from './public-error.ts';

usePlainZodMessages();

const schema = z.object({
  text: z.string().min(2).max(5),
  filled: z.string().min(1),
  count: z.number().int().min(1).max(200),
  list: z.array(z.string()).max(2),
  choice: z.enum(['a', 'b']),
  literal: z.literal(true),
  own: z.string().regex(/^x/, 'must begin with x'),
  nested: z.object({ deep: z.string() }),
});
const valid = {
  text: 'abc',
  filled: 'a',
  count: 1,
  list: [],
  choice: 'a',
  literal: true,
  own: 'x',
  nested: { deep: '' },
};

test.each([
  [{ text: 'a' }, 'text', 'must have at least 2 characters'],
  [{ text: 'abcdef' }, 'text', 'must have at most 5 characters'],
  [{ text: undefined }, 'text', 'is required'],
  [{ text: 5 }, 'text', 'must be a string'],
  [{ filled: '' }, 'filled', 'must not be empty'],
  [{ count: 0 }, 'count', 'must be at least 1'],
  [{ count: 201 }, 'count', 'must be at most 200'],
  [{ count: 1.5 }, 'count', 'must be a whole number'],
  [{ list: ['a', 'b', 'c'] }, 'list', 'must have at most 2 entries'],
  [{ list: 'a' }, 'list', 'must be a list'],
  [{ choice: 'c' }, 'choice', 'must be one of a, b'],
  [{ choice: undefined }, 'choice', 'is required'],
  [{ literal: false }, 'literal', 'must be true'],
  [{ own: 'y' }, 'own', 'must begin with x'],
  [{ nested: {} }, 'nested.deep', 'is required'],
])('%j says what is wrong with %s: %s', (change, field, problem) => {
  const result = schema.safeParse({ ...valid, ...change });
  const error = toPublicError(result.error);
  expect(error).toMatchObject({ status: 400, param: field, fieldErrors: { [field]: problem } });
  expect(error.message).toBe(`${field} ${problem}.`);
  expect(error.code).toBe(problem === 'is required' ? 'missing_field' : 'invalid_field');
});

test('what nobody expected says nothing about itself', () => {
  const error = toPublicError(new Error('connect to 10.0.0.5 with password hunter2 failed'));
  expect(error).toMatchObject({ code: 'server_error', status: 500 });
  expect(JSON.stringify(error)).not.toMatch(/hunter2|10\.0\.0\.5/);
});

test('a database that is away is a matter of trying again', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
  });
  for (const error of [
    refused,
    new Error('the query failed', { cause: refused }),
    Object.assign(new Error('terminating connection'), { code: '57P01' }),
    new Error('Connection terminated unexpectedly'),
  ]) {
    expect(toPublicError(error)).toMatchObject({
      code: 'service_unavailable',
      status: 503,
      retryAfterSeconds: 2,
    });
  }
  expect(toPublicError(Object.assign(new Error('gone'), { code: 'ENOENT', syscall: 'open' })).status).toBe(
    500,
  );
});

test('an AppError keeps its status, field and wait', () => {
  expect(toPublicError(new AppError('conflict', 'Taken.', { param: 'name', retryAfterSeconds: 3 }))).toEqual({
    code: 'conflict',
    status: 409,
    type: 'invalid_request_error',
    message: 'Taken.',
    param: 'name',
    fieldErrors: { name: 'Taken.' },
    retryAfterSeconds: 3,
  });
});
