import type { WritingContext } from '../../client-protocol.ts';
import type { JsonObject } from '../../definition.ts';
import { isObject, objectOf, objectsOf, parseJson, stringOf } from '../../json-values.ts';
import { UpstreamAnswerError } from '../../mapping-errors.ts';
import { emptyMessage, stopMembers, wholeUsage } from './message.ts';
import { wantsThinking } from './to-chat.ts';

/** A chat completion as a message. @throws UpstreamAnswerError if a tool is called with what is no object */
export function chatToMessage(answer: JsonObject, context: WritingContext): JsonObject {
  const choice = objectsOf(answer.choices)[0] ?? {};
  const said = objectOf(choice.message);
  const refusal = stringOf(said.refusal) || null;
  const isCut = choice.finish_reason === 'length';
  const calls = objectsOf(said.tool_calls).flatMap((call) => toolUse(call, isCut));
  const text = textOf(said.content) || (refusal ?? '');
  const ending = {
    finishReason: choice.finish_reason,
    stopReason: choice.stop_reason,
    hasCalls: calls.length > 0,
    refusal,
  };
  return {
    ...emptyMessage(context),
    content: [
      ...(wantsThinking(context.request) ? thoughts(said) : []),
      ...(text === '' ? [] : [{ type: 'text', text, citations: null }]),
      ...calls,
    ],
    ...stopMembers(ending, context.request),
    usage: wholeUsage(answer.usage),
  };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return objectsOf(content)
    .map(({ text }) => stringOf(text) ?? '')
    .join('');
}

/** As the model signed them, or as its upstream told them. */
function thoughts(message: JsonObject): JsonObject[] {
  const signed = objectsOf(message.thinking_blocks);
  if (signed.length > 0) return signed;
  const thinking = stringOf(message.reasoning_content) ?? stringOf(message.reasoning) ?? '';
  return thinking === '' ? [] : [{ type: 'thinking', thinking, signature: '' }];
}

function toolUse(call: JsonObject, isCut: boolean): JsonObject[] {
  const { name, arguments: written } = objectOf(call.function);
  const text = stringOf(written) ?? '';
  const input = text.trim() === '' ? {} : parseJson(text);
  if (isObject(input)) return [{ type: 'tool_use', id: call.id, name, input, caller: { type: 'direct' } }];
  // The limit came in the middle of the call.
  if (isCut) return [];
  throw new UpstreamAnswerError('The model called a tool with something that is no JSON object');
}
