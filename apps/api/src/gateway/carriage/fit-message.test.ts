import { expect, test } from 'vitest';
import { fitMessage, type FittingModel } from './fit-message.ts';

const ASKED = {
  chat: { messages: [], max_completion_tokens: 32_000, reasoning_effort: 'high' },
  parameters: { mapped: ['max_tokens', 'thinking', 'output_config'], dropped: ['top_k'] },
};

function fit(entry: Partial<FittingModel['entry']>, judgesEffort = false) {
  return fitMessage(ASKED, { entry: { capabilities: [], maxOutputTokens: null, ...entry }, judgesEffort });
}

test('no model is asked for more tokens than it writes', () => {
  expect(fit({ maxOutputTokens: 4096 }).chat.max_completion_tokens).toBe(4096);
  expect(fit({ maxOutputTokens: 64_000 }).chat.max_completion_tokens).toBe(32_000);
  expect(fit({}).chat.max_completion_tokens).toBe(32_000);
});

test('models are told how much to think if they do, or if their dialect knows', () => {
  expect(fit({ capabilities: ['reasoning'] }).chat.reasoning_effort).toBe('high');
  expect(fit({}, true).chat.reasoning_effort).toBe('high');
  const { chat, parameters } = fit({});
  expect(chat).not.toHaveProperty('reasoning_effort');
  expect(parameters).toEqual({ mapped: ['max_tokens'], dropped: ['top_k', 'thinking', 'output_config'] });
});
