import type { ChatRequest } from '../../client-protocol.ts';
import type { JsonObject } from '../../definition.ts';
import { RequestMappingError } from '../../mapping-errors.ts';

/** Read here, so that they are not passed on by their own names. */
const READ: ReadonlySet<string> = new Set([
  'prompt',
  'max_tokens',
  'logprobs',
  'echo',
  'suffix',
  'best_of',
  'stream_options',
]);

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** The one text that a chat can be asked to answer. @throws RequestMappingError */
export function promptOf({ prompt }: JsonObject): string {
  const only: unknown = Array.isArray(prompt) && prompt.length === 1 ? prompt[0] : prompt;
  if (typeof only === 'string' && only !== '') return only;
  if (!isGiven(prompt) || only === '') throw new RequestMappingError('prompt', 'prompt is required.');
  if (Array.isArray(prompt) && prompt.every((item) => typeof item === 'string')) {
    throw new RequestMappingError(
      'prompt',
      "This model's upstream takes one prompt a call: send the prompts one by one.",
    );
  }
  throw new RequestMappingError(
    'prompt',
    "This model's upstream takes prompts as text only: token ids cannot be carried to it.",
  );
}

/** A legacy completion's request as a chat completion's: the prompt is what the user says. @throws RequestMappingError */
export function completionToChat(request: JsonObject): ChatRequest {
  const { suffix, best_of: bestOf, n, max_tokens: maxTokens, logprobs } = request;
  if (isGiven(suffix) && suffix !== '') {
    throw new RequestMappingError('suffix', "suffix is not supported by this model's upstream.");
  }
  if (isGiven(bestOf) && bestOf !== (n ?? 1)) {
    throw new RequestMappingError(
      'best_of',
      "best_of other than n is not supported by this model's upstream.",
    );
  }
  const mapped = ['prompt'];
  const passed = Object.entries(request).filter(([name, value]) => !READ.has(name) && value !== null);
  const chat: JsonObject = {
    ...Object.fromEntries(passed),
    messages: [{ role: 'user', content: promptOf(request) }],
  };
  if (isGiven(maxTokens)) {
    chat.max_completion_tokens = maxTokens;
    mapped.push('max_tokens');
  }
  if (isGiven(logprobs)) {
    if (typeof logprobs !== 'number' || !Number.isInteger(logprobs) || logprobs < 0) {
      throw new RequestMappingError('logprobs', 'logprobs must be a whole number that is not negative.');
    }
    chat.logprobs = true;
    chat.top_logprobs = logprobs;
    mapped.push('logprobs');
  }
  return { chat, parameters: { mapped, dropped: [] } };
}
