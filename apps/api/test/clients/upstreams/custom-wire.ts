import { TOKENS } from './scene.ts';
import type { WireDialect } from './wire-dialect.ts';

/** A function of somebody's own: it takes a prompt and gives an answer. */
export const customWire: WireDialect = {
  dialect: 'custom-function',
  basePath: '/function',
  settings: {
    method: 'POST',
    body: '{"question":"{{prompt}}"}',
    answer_path: 'result.text',
    prompt_tokens_path: 'tokens.in',
    completion_tokens_path: 'tokens.out',
  },
  model: 'function',
  read: (_path, { question }) => ({
    text: String(question),
    hasImage: false,
    tool: null,
    toolResult: null,
    wantsJson: false,
    isStream: false,
  }),
  whole: (said) => ({
    result: { text: 'text' in said ? said.text : '' },
    tokens: { in: TOKENS.input, out: TOKENS.output },
  }),
  error: (_status, message) => ({ error: message }),
};
