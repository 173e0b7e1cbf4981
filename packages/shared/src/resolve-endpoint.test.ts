import { describe, expect, test } from 'vitest';
import { resolveEndpoint, type UpstreamEndpoint } from './resolve-endpoint.ts';

const cases: readonly (readonly [base: string, endpoint: UpstreamEndpoint, resolved: string])[] = [
  ['http://localhost:8080/v1', 'chat/completions', 'http://localhost:8080/v1/chat/completions'],
  ['http://localhost:8080/v1/', 'chat/completions', 'http://localhost:8080/v1/chat/completions'],
  ['http://localhost:8080/v1///', 'chat/completions', 'http://localhost:8080/v1/chat/completions'],
  ['http://localhost:8080', 'chat/completions', 'http://localhost:8080/chat/completions'],
  ['http://localhost:8080/', 'chat/completions', 'http://localhost:8080/chat/completions'],
  ['http://h/v1/chat/completions', 'chat/completions', 'http://h/v1/chat/completions'],
  ['http://h/v1/chat/completions/', 'chat/completions', 'http://h/v1/chat/completions'],
  ['http://h/chat/completions', 'chat/completions', 'http://h/chat/completions'],
  ['http://h/v1/mychat/completions', 'chat/completions', 'http://h/v1/mychat/completions/chat/completions'],
  ['http://h/v1/xchat/completions', 'models', 'http://h/v1/xchat/completions/models'],
  ['  https://h/v1  ', 'chat/completions', 'https://h/v1/chat/completions'],
  ['HTTPS://H.Example:443/V1', 'chat/completions', 'https://h.example/V1/chat/completions'],
  ['http://[::1]:8000/v1', 'chat/completions', 'http://[::1]:8000/v1/chat/completions'],
  [
    'https://h/openai/deployments/d?api-version=2024-10-21',
    'chat/completions',
    'https://h/openai/deployments/d/chat/completions?api-version=2024-10-21',
  ],
  ['https://h/v1/chat/completions?x=/', 'chat/completions', 'https://h/v1/chat/completions?x=/'],
  ['http://h/v1', 'models', 'http://h/v1/models'],
  ['http://h/v1/models', 'models', 'http://h/v1/models'],
  ['http://h/v1/chat/completions', 'models', 'http://h/v1/models'],
  ['http://h/v1/embeddings/', 'models', 'http://h/v1/models'],
  ['http://h/v1/embeddings', 'embeddings', 'http://h/v1/embeddings'],
  ['http://h/v1/chat/completions?k=1', 'embeddings', 'http://h/v1/embeddings?k=1'],
  ['http://h/chat/completions', 'models', 'http://h/models'],
  ['http://h/v1', 'completions', 'http://h/v1/completions'],
  ['http://h/v1/chat/completions', 'completions', 'http://h/v1/completions'],
];

test.each(cases)('%s for %s is %s', (base, endpoint, resolved) => {
  expect(resolveEndpoint(base, endpoint)).toEqual({ ok: true, url: resolved });
});

test.each(cases)('resolving twice changes nothing: %s', (base, endpoint) => {
  const once = resolveEndpoint(base, endpoint);
  expect(once.ok && resolveEndpoint(once.url, endpoint)).toEqual(once);
});

describe('an address that cannot be called is refused with its problem', () => {
  test.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['localhost:8080/v1', 'not_a_url'],
    ['//localhost/v1', 'not_a_url'],
    ['http:localhost', 'not_a_url'],
    ['http://', 'not_a_url'],
    ['http:///v1', 'not_a_url'],
    ['http://h:99999/v1', 'not_a_url'],
    ['http://[::1/v1', 'not_a_url'],
    ['http://1.2.3.999/', 'not_a_url'],
    ['ftp://h/v1', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['javascript://h/%0aalert(1)', 'scheme'],
    ['http://user:secret@h/v1', 'credentials'],
    ['http://user@h/v1', 'credentials'],
    ['http://@h/v1', 'credentials'],
    ['http://h/v1#x', 'fragment'],
    ['http://h/v1#', 'fragment'],
    ['http://h\\@evil/v1', 'forbidden_character'],
    ['http://h/v 1', 'forbidden_character'],
    ['ht\ntp://h/v1', 'forbidden_character'],
    ['http://h/\u0000', 'forbidden_character'],
    ['http://h/\u202Ev1', 'forbidden_character'],
    [`http://h/${'a'.repeat(2048)}`, 'too_long'],
  ])('%j: %s', (base, problem) => {
    expect(resolveEndpoint(base, 'chat/completions')).toEqual({ ok: false, problem });
  });
});
