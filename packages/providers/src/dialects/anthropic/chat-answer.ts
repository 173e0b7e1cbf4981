import type { AnswerContext, JsonObject } from '../../definition.ts';
import { isObject, objectOf, objectsOf, stringOf } from '../../json-values.ts';
import { UpstreamAnswerError } from '../../mapping-errors.ts';
import { readAnthropicError } from './errors.ts';
import { isJsonAnswer } from './response-format.ts';
import { toChatUsage } from './usage.ts';

/** https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons */
const FINISH_REASONS: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};

/** The reason in OpenAI's words. A model that only gave its answer through a tool has simply stopped. */
export function finishReason(stopReason: unknown, hasCalls: boolean): string {
  const reason = FINISH_REASONS[String(stopReason)] ?? 'stop';
  return reason === 'tool_calls' && !hasCalls ? 'stop' : reason;
}

/** Seconds: the API does not say when it answered. */
export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** A message as a chat completion. @throws UpstreamAnswerError if it is none */
export function toChatAnswer(message: JsonObject, { target, request }: AnswerContext): JsonObject {
  if (!Array.isArray(message.content)) {
    const error = readAnthropicError(message)?.message;
    throw new UpstreamAnswerError(error ?? 'The upstream answered with something that is no message.');
  }
  const blocks = objectsOf(message.content);
  const answers = blocks.filter(({ type, name }) => type === 'tool_use' && isJsonAnswer(name, request));
  const calls = blocks.filter((block) => block.type === 'tool_use' && !answers.includes(block));
  const texts = blocks.filter(({ type }) => type === 'text').map(({ text }) => stringOf(text) ?? '');
  const said = answers.length > 0 ? answers.map(({ input }) => JSON.stringify(input)) : texts;
  const thinking = blocks.filter(({ type }) => type === 'thinking' || type === 'redacted_thinking');
  const reasoning = thinking.map((block) => stringOf(block.thinking) ?? '').join('');
  const answer = {
    role: 'assistant',
    content: said.length === 0 && calls.length > 0 ? null : said.join(''),
    refusal: message.stop_reason === 'refusal' ? stringOf(objectOf(message.stop_details).explanation) : null,
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(thinking.length === 0 ? {} : { thinking_blocks: thinking }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(toolCall) }),
  };
  const finish = finishReason(message.stop_reason, calls.length > 0);
  return {
    id: stringOf(message.id) ?? '',
    object: 'chat.completion',
    created: nowSeconds(),
    model: stringOf(message.model) ?? target.model,
    choices: [{ index: 0, message: answer, logprobs: null, finish_reason: finish }],
    ...(isObject(message.usage) ? { usage: toChatUsage(message.usage) } : {}),
  };
}

function toolCall({ id, name, input }: JsonObject): JsonObject {
  return { id, type: 'function', function: { name, arguments: JSON.stringify(input ?? {}) } };
}
