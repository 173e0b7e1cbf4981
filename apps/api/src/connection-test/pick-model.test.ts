import { expect, test } from 'vitest';
import { pickModel } from './pick-model.ts';

const openAi = ['text-embedding-3-small', 'whisper-1', 'dall-e-3', 'gpt-4-0613', 'gpt-4o-mini', 'tts-1'];
const dashScope = ['wan2.2-t2i', 'text-embedding-v4', 'qwen3-max', 'qwen3-vl-plus', 'qwen3-asr-flash'];

test('a chat test calls the first model that chats', () => {
  expect(pickModel(openAi, 'chat')).toBe('gpt-4-0613');
  expect(pickModel(dashScope, 'chat')).toBe('qwen3-max');
  expect(pickModel(['llama3.2', 'bge-m3'], 'chat')).toBe('llama3.2');
});

test('a vision test prefers a model that sees, an embedding test one that embeds', () => {
  expect(pickModel(openAi, 'vision')).toBe('gpt-4o-mini');
  expect(pickModel(dashScope, 'vision')).toBe('qwen3-vl-plus');
  expect(pickModel(dashScope, 'embedding')).toBe('text-embedding-v4');
  expect(pickModel(['llama3.2', 'bge-m3'], 'embedding')).toBe('bge-m3');
});

test('where no model fits by its name, the first is called', () => {
  expect(pickModel(['whisper-1'], 'chat')).toBe('whisper-1');
  expect(pickModel(['m', 'n'], 'embedding')).toBe('m');
  expect(pickModel([], 'chat')).toBeUndefined();
});
