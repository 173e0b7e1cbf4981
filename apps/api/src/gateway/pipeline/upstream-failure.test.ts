import { expect, test } from 'vitest';
import { openAiCompatible } from '@aigc/providers/openai-compatible';
import type { ResolvedModel } from './contexts.ts';
import { upstreamFailure } from './upstream-failure.ts';

const model: ResolvedModel = {
  id: 1,
  title: 'm',
  isLocal: false,
  price: null,
  contextLength: null,
  maxOutputTokens: null,
  provider: 'p',
  definition: openAiCompatible,
  target: { baseUrl: 'https://example.com/v1', model: 'm', apiKey: 'secret-of-ours-123' },
  trust: 'operator',
};

const failure = (status: number, error?: object, headers = {}) => ({
  status,
  headers,
  body: error === undefined ? '<html>oops</html>' : JSON.stringify({ error }),
});

test.each([401, 402, 403])('an upstream %i concerns our credential and becomes 502', (status) => {
  const error = upstreamFailure(
    failure(status, { message: 'Incorrect API key provided: secret-of-ours-123' }),
    model,
  );
  expect(error).toMatchObject({ status: 502, code: 'upstream_auth_failed' });
  expect(error.message).not.toContain('secret-of-ours-123');
});

test("the owner of a local model sees their server's own refusal, without the key", () => {
  const error = upstreamFailure(failure(401, { message: 'bad key secret-of-ours-123' }), {
    ...model,
    isLocal: true,
  });
  expect(error).toMatchObject({ status: 401, code: 'upstream_auth_failed' });
  expect(error.message).toContain('bad key [removed]');
});

test("an upstream's own 400 keeps status, type, code, param and message", () => {
  const said = {
    message: 'too long',
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
    param: 'messages',
  };
  const error = upstreamFailure(failure(400, said), model);
  expect(error).toMatchObject({ status: 400, message: 'too long' });
  expect(error.options).toMatchObject({ upstreamCode: 'context_length_exceeded', param: 'messages' });
});

test('a 429 keeps its retry-after, at most a minute, and has one if the upstream gave none', () => {
  expect(
    upstreamFailure(failure(429, { message: 'slow' }, { 'retry-after': '7' }), model).options
      .retryAfterSeconds,
  ).toBe(7);
  expect(
    upstreamFailure(failure(429, { message: 'slow' }, { 'retry-after': '3600' }), model).options
      .retryAfterSeconds,
  ).toBe(60);
  expect(upstreamFailure(failure(429), model).options.retryAfterSeconds).toBe(1);
});

test('a 500 becomes 502 and an overload 503', () => {
  expect(upstreamFailure(failure(500), model)).toMatchObject({ status: 502, code: 'upstream_bad_response' });
  expect(upstreamFailure(failure(529), model)).toMatchObject({ status: 503, code: 'service_unavailable' });
});

test('credentials of any common shape are removed from messages', () => {
  const error = upstreamFailure(
    failure(400, { message: 'key sk-abcdefghijklmnop1234 and Bearer abc.def' }),
    model,
  );
  expect(error.message).toBe('key [removed] and [removed]');
});

test('neither our credential nor a private address is told, whichever field of an error holds it', () => {
  const said = {
    message: 'dial tcp 10.1.2.3:8080 with secret-of-ours-123',
    type: 'secret-of-ours-123',
    code: 'secret-of-ours-123',
    param: 'secret-of-ours-123',
  };
  const error = upstreamFailure(failure(400, said), model);
  expect(error.message).toBe('dial tcp [removed]:8080 with [removed]');
  expect(error.options).toMatchObject({
    upstreamType: '[removed]',
    upstreamCode: '[removed]',
    param: '[removed]',
  });
});
