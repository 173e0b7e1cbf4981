import { expect, test } from 'vitest';
import { keyVariableOf, mayReadVariable } from './key-variable.ts';

const OPENAI = 'https://api.openai.com/v1';
const ELSEWHERE = 'https://elsewhere.example/v1';

test.each([
  ['OPENAI_API_KEY', OPENAI, true],
  ['OPENAI_API_KEY', 'https://api.openai.com/another/path', true],
  ['OPENAI_API_KEY', ELSEWHERE, false],
  ['OPENAI_API_KEY', 'http://api.openai.com/v1', false],
  ['STRIPE_API_KEY', ELSEWHERE, false],
  ['PROVIDER_HARBOUR_API_KEY', ELSEWHERE, true],
])('an administrator of the panel may have %s sent to %s: %s', (name, baseUrl, may) => {
  for (const kind of ['user', 'management_key'] as const) {
    expect(mayReadVariable({ kind }, { name, baseUrl })).toBe(may);
  }
  // Who runs commands on the server has the environment anyway.
  for (const kind of ['cli', 'system'] as const)
    expect(mayReadVariable({ kind }, { name, baseUrl })).toBe(true);
});

test('what an export names can be imported in the panel again', () => {
  for (const [provider, baseUrl] of [
    [{ name: 'Harbour 1' }, ELSEWHERE],
    [{ name: '港口' }, ELSEWHERE],
    [{ name: 'My OpenAI', preset: 'openai' }, OPENAI],
  ] as const) {
    expect(mayReadVariable({ kind: 'user' }, { name: keyVariableOf(provider), baseUrl })).toBe(true);
  }
});
