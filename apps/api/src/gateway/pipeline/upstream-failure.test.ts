import { isRetryable } from '@aigc/shared/errors';
import { expect, test } from 'vitest';
import type { ModelEntry } from '@aigc/core/snapshot/snapshot';
import { gemini } from '@aigc/providers/dialects/gemini/gemini';
import { openAiCompatible } from '@aigc/providers/openai-compatible';
import type { ResolvedModel } from './contexts.ts';
import { readRefusal, upstreamFailure } from './upstream-failure.ts';

const entry: ModelEntry = {
  id: 1,
  title: 'm',
  type: 'language',
  capabilities: [],
  isLocal: false,
  ownerId: null,
  isApiEnabled: true,
  price: null,
  contextLength: null,
  maxOutputTokens: null,
  limits: { rpm: null, tpm: null, concurrency: null },
  provider: 'p',
  providerId: 1,
  dialect: 'openai-compatible',
  baseUrl: 'https://example.com/v1',
  upstreamModel: 'm',
  upstreams: [],
  strategy: 'priority',
  aliases: [],
  fallbackIds: [],
  createdAt: '2026-01-01T00:00:00.000Z',
};

const model: ResolvedModel = {
  entry,
  upstream: {
    key: '1 m',
    provider: 'p',
    providerId: 1,
    dialect: 'openai-compatible',
    settings: {},
    baseUrl: 'https://example.com/v1',
    upstreamModel: 'm',
    priority: 0,
    weight: 1,
    cost: null,
  },
  definition: openAiCompatible,
  target: { baseUrl: 'https://example.com/v1', model: 'm', apiKey: 'secret-of-ours-123' },
  trust: 'operator',
  ownKey: null,
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
    entry: { ...entry, isLocal: true },
  });
  expect(error).toMatchObject({ status: 401, code: 'upstream_auth_failed' });
  expect(error.message).toContain('bad key [removed]');
});

test.each([401, 402, 403])('a refusal (%i) of the caller’s own key is told to them as theirs', (status) => {
  const error = upstreamFailure(failure(status, { message: 'bad key secret-of-ours-123' }), {
    ...model,
    ownKey: { id: 1, providerId: 1, origin: 'https://example.com' },
  });
  expect(error).toMatchObject({ status, code: 'upstream_auth_failed' });
  expect(error.message).toBe(`Your own key for p was refused (${status}): bad key [removed]`);
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

test('a 429 because the account there is used up is not to be tried again', () => {
  const error = upstreamFailure(
    failure(429, { message: 'check your plan', type: 'insufficient_quota', code: 'insufficient_quota' }),
    model,
  );
  expect(error).toMatchObject({ status: 429, options: { upstreamCode: 'insufficient_quota' } });
  expect(isRetryable(error)).toBe(false);
  expect(error.message).not.toContain('your plan');
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

test('Google’s errors tell in their bodies when to try again, and whether that is of any use today', () => {
  const google = { ...model, definition: gemini };
  const refusal = (quotaId: string) => {
    const details = [
      { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [{ quotaId }] },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.5s' },
    ];
    const error = { code: 429, message: 'Quota exceeded.', status: 'RESOURCE_EXHAUSTED', details };
    return readRefusal(failure(429, error), google);
  };
  const minute = refusal('GenerateRequestsPerMinutePerProject');
  expect(minute).toMatchObject({ kind: 'rate_limit', retryAfterMs: 34_500 });
  expect(minute.error.options.retryAfterSeconds).toBe(34.5);
  expect(isRetryable(minute.error)).toBe(true);
  const day = refusal('GenerateRequestsPerDayPerProject');
  expect(day.kind).toBe('quota');
  expect(isRetryable(day.error)).toBe(false);
});
