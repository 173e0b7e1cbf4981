import { expect, test } from 'vitest';
import type { Endpoint } from './definition.ts';
import { servesLikeOpenAi } from './openai-endpoints.ts';

const serves = (endpoint: Endpoint, baseUrl: string, settings = {}) =>
  servesLikeOpenAi(endpoint, { baseUrl, model: 'm', apiKey: null, settings });

test('responses pass where the vendor serves them or the provider is set so, and are carried elsewhere', () => {
  expect(serves('responses', 'https://api.openai.com/v1')).toBe(true);
  expect(serves('responses', 'http://vllm.example/v1')).toBe(false);
  expect(serves('responses', 'http://vllm.example/v1', { responses: true })).toBe(true);
  expect(serves('responses', 'http://vllm.example/v1', { responses: 'yes' })).toBe(false);
});

test('legacy completions pass except to vendors that have none', () => {
  expect(serves('completions', 'http://vllm.example/v1')).toBe(true);
  expect(serves('completions', 'https://api.moonshot.cn/v1')).toBe(false);
});

test("Anthropic's messages are nothing that OpenAI's servers take", () => {
  expect(serves('messages', 'https://api.openai.com/v1')).toBe(false);
  expect(serves('audio/speech', 'https://api.openai.com/v1')).toBe(true);
});
