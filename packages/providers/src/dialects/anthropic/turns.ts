import type { JsonObject } from '../../definition.ts';
import { isObject, objectOf, objectsOf, parseJson, stringOf } from '../../json-values.ts';
import { RequestMappingError } from '../../mapping-errors.ts';
import type { ParameterReader } from '../../parameter-reader.ts';
import { contentBlocks, withCacheControl } from './content-blocks.ts';

/** One turn of a conversation: users and assistants alternate. */
interface Turn {
  role: 'user' | 'assistant';
  content: JsonObject[];
}

export interface Conversation {
  /** All system and developer messages, in their order. */
  system: JsonObject[];
  messages: Turn[];
}

/** Ids of other vendors may hold characters that the API refuses; equal ids stay equal. */
function toolUseId(id: unknown): string {
  return (stringOf(id) ?? '').replace(/[^a-zA-Z0-9_-]/g, '_');
}

/** The messages of a chat as turns: tool results come first in the user's turn that follows their calls. */
export function conversationOf(messages: unknown, parameters: ParameterReader): Conversation {
  if (!Array.isArray(messages) || messages.length === 0) {
    throw new RequestMappingError('messages', 'messages must be a non-empty array.');
  }
  const system: JsonObject[] = [];
  const turns: Turn[] = [];
  for (const [index, message] of messages.entries()) {
    const at = `messages[${index}]`;
    if (!isObject(message)) throw new RequestMappingError(at, `${at} must be an object.`);
    if (stringOf(message.name) !== null && message.role !== 'function') parameters.drop('messages.name');
    if (message.role === 'system' || message.role === 'developer') {
      system.push(...blocksOf(message, at, parameters));
    } else addTurn(turns, turnOf(message, at, parameters));
  }
  endPlainly(turns);
  if (turns.length === 0) {
    // The API wants something to answer: what was said last.
    const said = system.pop();
    if (said === undefined) {
      throw new RequestMappingError('messages', 'messages must hold at least one message that is not empty.');
    }
    turns.push({ role: 'user', content: [said] });
  }
  return { system, messages: turns };
}

function blocksOf(message: JsonObject, at: string, parameters: ParameterReader): JsonObject[] {
  return markLast(contentBlocks(message.content, `${at}.content`, parameters), message);
}

/** A message's own `cache_control` is about all of it: it goes with the last block. */
function markLast(blocks: JsonObject[], message: JsonObject): JsonObject[] {
  return blocks.map((block, index) =>
    index === blocks.length - 1 ? withCacheControl(block, message) : block,
  );
}

function turnOf(message: JsonObject, at: string, parameters: ParameterReader): Turn {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: blocksOf(message, at, parameters) };
    case 'assistant':
      return { role: 'assistant', content: assistantBlocks(message, at, parameters) };
    case 'tool':
      return { role: 'user', content: [toolResult(message, at, parameters)] };
    default:
      throw new RequestMappingError(
        `${at}.role`,
        `${at}.role must be system, developer, user, assistant or tool.`,
      );
  }
}

function assistantBlocks(message: JsonObject, at: string, parameters: ParameterReader): JsonObject[] {
  const text = contentBlocks(message.content, `${at}.content`, parameters);
  const refusal = stringOf(message.refusal);
  if (text.length === 0 && refusal !== null && refusal !== '') text.push({ type: 'text', text: refusal });
  const calls = objectsOf(message.tool_calls).map((call, index) =>
    toolUse(call, `${at}.tool_calls[${index}]`),
  );
  return markLast([...thinkingBlocks(message.thinking_blocks), ...text, ...calls], message);
}

/** As our own answers gave them; they are signed, so that they go back as they are. */
function thinkingBlocks(blocks: unknown): JsonObject[] {
  return objectsOf(blocks).filter(
    ({ type, signature, data }) =>
      (type === 'thinking' && stringOf(signature) !== null) ||
      (type === 'redacted_thinking' && stringOf(data) !== null),
  );
}

function toolUse(call: JsonObject, at: string): JsonObject {
  const called = objectOf(call.function);
  const name = stringOf(called.name);
  if (name === null) {
    throw new RequestMappingError(at, `${at} must be a call of a function, with its name.`);
  }
  const written = stringOf(called.arguments) ?? '';
  const input = written.trim() === '' ? {} : parseJson(written);
  if (!isObject(input)) {
    const param = `${at}.function.arguments`;
    throw new RequestMappingError(param, `${param} must be a JSON object, written as a string.`);
  }
  return withCacheControl({ type: 'tool_use', id: toolUseId(call.id), name, input }, call);
}

function toolResult(message: JsonObject, at: string, parameters: ParameterReader): JsonObject {
  if (stringOf(message.tool_call_id) === null) {
    throw new RequestMappingError(`${at}.tool_call_id`, `${at}.tool_call_id is required.`);
  }
  const content = contentBlocks(message.content, `${at}.content`, parameters);
  const result = { type: 'tool_result', tool_use_id: toolUseId(message.tool_call_id) };
  return withCacheControl(content.length === 0 ? result : { ...result, content }, message);
}

function addTurn(turns: Turn[], turn: Turn): void {
  if (turn.content.length === 0) return;
  const last = turns.at(-1);
  if (last?.role === turn.role) last.content = inOrder([...last.content, ...turn.content]);
  else turns.push(turn);
}

/** Results of tools come before whatever else the user says in the same turn. */
function inOrder(blocks: JsonObject[]): JsonObject[] {
  const isResult = ({ type }: JsonObject) => type === 'tool_result';
  return [...blocks.filter(isResult), ...blocks.filter((block) => !isResult(block))];
}

/** An answer that is to be continued may not end in white space. */
function endPlainly(turns: Turn[]): void {
  const last = turns.at(-1);
  const block = last?.content.at(-1);
  if (last?.role !== 'assistant' || block?.type !== 'text') return;
  const text = String(block.text).trimEnd();
  const rest = last.content.slice(0, -1);
  last.content = text === '' ? rest : [...rest, { ...block, text }];
  if (last.content.length === 0) turns.pop();
}
