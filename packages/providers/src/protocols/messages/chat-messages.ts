import type { JsonObject } from '../../definition.ts';
import { isObject, objectOf, objectsOf, stringOf } from '../../json-values.ts';
import { RequestMappingError } from '../../mapping-errors.ts';
import type { ParameterReader } from '../../parameter-reader.ts';
import { contentParts, textOf } from './content-parts.ts';

/** The messages of Anthropic's API as those of a chat: one message may become several. */
export function chatMessages(request: JsonObject, parameters: ParameterReader): JsonObject[] {
  const { messages } = request;
  if (!Array.isArray(messages) || messages.length === 0) {
    throw new RequestMappingError('messages', 'messages must be a non-empty array.');
  }
  const system = textOf(parameters.take('system'), 'system', parameters);
  return [
    ...(system === '' ? [] : [{ role: 'system', content: system }]),
    ...messages.flatMap((message: unknown, index) =>
      chatMessage(objectOf(message), `messages[${index}]`, parameters),
    ),
  ];
}

function chatMessage(message: JsonObject, at: string, parameters: ParameterReader): JsonObject[] {
  switch (message.role) {
    case 'user':
      return userMessages(message.content, `${at}.content`, parameters);
    case 'assistant':
      return [assistantMessage(message.content, `${at}.content`, parameters)];
    case 'system':
      return [{ role: 'system', content: textOf(message.content, `${at}.content`, parameters) }];
    default:
      throw new RequestMappingError(`${at}.role`, `${at}.role must be user or assistant.`);
  }
}

/** Results of tools have messages of their own; they come before what the user says. */
function userMessages(content: unknown, at: string, parameters: ParameterReader): JsonObject[] {
  if (typeof content === 'string') return [{ role: 'user', content }];
  const parts: JsonObject[] = [];
  const results: JsonObject[] = [];
  for (const [index, block] of blocksOf(content, at).entries()) {
    const here = `${at}[${index}]`;
    if (block.type === 'tool_result') {
      const { message, media } = toolMessage(block, here, parameters);
      results.push(message);
      parts.push(...media);
    } else parts.push(...contentParts(block, here, parameters));
  }
  if (parts.length === 0) return results;
  const only = parts[0];
  const isText = parts.length === 1 && only?.type === 'text';
  return [...results, { role: 'user', content: isText ? only.text : parts }];
}

/** Tools answer in text; images that a tool gave are shown by the user, with the tool's name for it. */
function toolMessage(
  block: JsonObject,
  at: string,
  parameters: ParameterReader,
): { message: JsonObject; media: JsonObject[] } {
  const id = stringOf(block.tool_use_id);
  if (id === null) throw new RequestMappingError(`${at}.tool_use_id`, `${at}.tool_use_id is required.`);
  if (block.is_error === true) parameters.drop('tool_result.is_error');
  const { content } = block;
  const parts =
    typeof content === 'string' || (content ?? null) === null
      ? [{ type: 'text', text: content ?? '' }]
      : blocksOf(content, `${at}.content`).flatMap((inner, index) =>
          contentParts(inner, `${at}.content[${index}]`, parameters),
        );
  const media = parts.filter(({ type }) => type !== 'text');
  const texts = parts.filter(({ type }) => type === 'text').map(({ text }) => String(text));
  const shown = media.length === 0 ? [] : [{ type: 'text', text: `From the tool call ${id}:` }, ...media];
  return {
    message: { role: 'tool', tool_call_id: id, content: texts.join('\n') },
    media: shown,
  };
}

function assistantMessage(content: unknown, at: string, parameters: ParameterReader): JsonObject {
  if (typeof content === 'string') return { role: 'assistant', content };
  const texts: string[] = [];
  const calls: JsonObject[] = [];
  for (const [index, block] of blocksOf(content, at).entries()) {
    switch (block.type) {
      case 'text':
        texts.push(stringOf(block.text) ?? '');
        break;
      case 'tool_use':
        calls.push(toolCall(block, `${at}[${index}]`));
        break;
      case 'thinking':
      case 'redacted_thinking':
        // Signed for the model that thought so; another can make nothing of it.
        parameters.drop('thinking blocks');
        break;
      default:
        throw unknownBlock(block, `${at}[${index}]`);
    }
  }
  const text = texts.join('');
  return {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

function toolCall({ id, name, input }: JsonObject, at: string): JsonObject {
  if (stringOf(id) === null || stringOf(name) === null) {
    throw new RequestMappingError(at, `${at} must have an id and a name.`);
  }
  return { id, type: 'function', function: { name, arguments: JSON.stringify(input ?? {}) } };
}

function blocksOf(content: unknown, at: string): JsonObject[] {
  if (!Array.isArray(content) || !content.every(isObject)) {
    throw new RequestMappingError(at, `${at} must be a string or an array of content blocks.`);
  }
  return objectsOf(content);
}

export function unknownBlock(block: JsonObject, at: string): RequestMappingError {
  const type = JSON.stringify(block.type ?? null);
  return new RequestMappingError(`${at}.type`, `${at} is of type ${type}, which this model cannot be given.`);
}
