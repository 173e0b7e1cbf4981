import { expect, test } from 'vitest';
import { claudeModel } from './claude-model.ts';

test.each([
  ['claude-2.1', 'none'],
  ['claude-3-haiku-20240307', 'none'],
  ['claude-3-5-sonnet-20241022', 'none'],
  ['claude-3-7-sonnet-latest', 'budget'],
  ['claude-sonnet-4-20250514', 'budget'],
  ['claude-opus-4-1@20250805', 'budget'],
  ['claude-haiku-4-5', 'budget'],
  ['anthropic.claude-opus-4-6-v1', 'adaptive'],
  ['claude-sonnet-5', 'adaptive'],
  ['claude-opus-5-5', 'adaptive'],
  ['claude-fable-5-1', 'always'],
  ['claude-mythos-preview', 'always'],
  ['claude-opus-6-20270101', 'adaptive'],
  ['kimi-k2', 'budget'],
])('%s is told to think: %s', (model, thinking) => {
  expect(claudeModel(model).thinking).toBe(thinking);
});

test('sampling is refused by the newest models, and both kinds at once by those before them', () => {
  const samplings = (model: string) => {
    const { takesSampling, takesBothSamplings } = claudeModel(model);
    return [takesSampling, takesBothSamplings];
  };
  expect(samplings('claude-opus-4-20250514')).toEqual([true, true]);
  expect(samplings('claude-opus-4-1-20250805')).toEqual([true, false]);
  expect(samplings('claude-opus-4-7')).toEqual([false, false]);
  expect(samplings('glm-5')).toEqual([true, true]);
});

test('answers are bound to a schema where the platform has it', () => {
  expect(claudeModel('claude-3-7-sonnet-20250219').hasStructuredOutputs).toBe(false);
  expect(claudeModel('claude-sonnet-4-5').hasStructuredOutputs).toBe(true);
  expect(claudeModel('claude-sonnet-4-5@20250929', 'vertex').hasStructuredOutputs).toBe(false);
  expect(claudeModel('claude-opus-4-6', 'vertex').hasStructuredOutputs).toBe(true);
  expect(claudeModel('deepseek-chat').hasStructuredOutputs).toBe(false);
});
