import { expect, test } from 'vitest';
import { isServed, type Role } from './role.ts';

test.each<[Role, string, boolean]>([
  ['all', '/v1/models', true],
  ['all', '/billing', true],
  ['gateway', '/v1/chat/completions', true],
  ['gateway', '/api/v1/models?limit=1', true],
  ['gateway', '//api//v1//models', true],
  ['gateway', '/api/playground/v1/chat/completions', false],
  ['gateway', '/trpc/viewer.get', false],
  ['gateway', '/', false],
  ['panel', '/', true],
  ['panel', '/trpc/viewer.get', true],
  ['panel', '/api/models/local', true],
  ['panel', '/api/playground/v1/chat/completions', true],
  ['panel', '/v1/models', false],
  ['panel', '/api/v1', false],
  ['panel', '/v1models', true],
  ['jobs', '/v1/models', false],
  ['jobs', '/', false],
])('in the role %s %s is answered: %s', (role, target, expected) => {
  expect(isServed(role, target)).toBe(expected);
});
