import type { JsonObject } from '../../definition.ts';
import { isObject, objectsOf, stringOf } from '../../json-values.ts';
import { RequestMappingError } from '../../mapping-errors.ts';
import { chatContent, textOfContent } from './content-parts.ts';

/** Vendors that do not serve responses know no `developer`. */
const ROLES: Readonly<Record<string, string>> = {
  user: 'user',
  system: 'system',
  developer: 'system',
  assistant: 'assistant',
};

/** `input` and `instructions` as the messages of a chat. */
export function messagesOf({ input, instructions }: JsonObject): JsonObject[] {
  const messages: JsonObject[] = [];
  if (typeof instructions === 'string') messages.push({ role: 'system', content: instructions });
  else if (instructions !== undefined && instructions !== null) {
    throw new RequestMappingError('instructions', 'instructions must be a string.');
  }
  if (typeof input === 'string') return [...messages, { role: 'user', content: input }];
  if (!Array.isArray(input) || input.length === 0) {
    throw new RequestMappingError('input', 'input must be a string or a non-empty array of items.');
  }
  const reader = new ItemReader(messages);
  input.forEach((item: unknown, index) => reader.read(item, `input[${index}]`));
  return messages;
}

/** Items are finer than messages: what an assistant thought, said and called is one message of a chat. */
class ItemReader {
  readonly #messages: JsonObject[];
  /** Thoughts that belong to the tool calls after them. */
  #reasoning: JsonObject = {};

  constructor(messages: JsonObject[]) {
    this.#messages = messages;
  }

  read(item: unknown, path: string): void {
    if (!isObject(item)) throw new RequestMappingError(path, `${path} must be an object.`);
    switch (item.type ?? 'message') {
      case 'message':
        return this.#readMessage(item, path);
      case 'function_call':
        return this.#readCall(item, path);
      case 'function_call_output':
        return this.#readOutput(item, path);
      case 'reasoning':
        return this.#readReasoning(item);
      case 'item_reference':
        throw new RequestMappingError(
          path,
          `${path} refers to an item of an earlier response; responses are not kept here, so send the item itself.`,
        );
      default: {
        const type = stringOf(item.type) ?? 'none';
        throw new RequestMappingError(
          `${path}.type`,
          `Input items of the type "${type}" are not supported here.`,
        );
      }
    }
  }

  #readMessage({ role, content }: JsonObject, path: string): void {
    const chatRole = typeof role === 'string' && Object.hasOwn(ROLES, role) ? ROLES[role] : undefined;
    if (chatRole === undefined) {
      throw new RequestMappingError(
        `${path}.role`,
        `${path}.role must be user, assistant, system or developer.`,
      );
    }
    const mapped = chatContent(content, `${path}.content`);
    if (chatRole !== 'assistant') this.#reasoning = {};
    // Texts of the assistant and of the system are plain for vendors that know no parts there.
    const isText =
      chatRole !== 'user' && Array.isArray(mapped) && mapped.every(({ type }) => type === 'text');
    this.#messages.push({ role: chatRole, content: isText ? textOfContent(mapped) : mapped });
  }

  #readCall(item: JsonObject, path: string): void {
    const id = stringOf(item.call_id);
    const name = stringOf(item.name);
    if (id === null) throw new RequestMappingError(`${path}.call_id`, `${path}.call_id is required.`);
    if (name === null) throw new RequestMappingError(`${path}.name`, `${path}.name is required.`);
    const call: JsonObject = {
      id,
      type: 'function',
      function: { name, arguments: stringOf(item.arguments) ?? '{}' },
    };
    // What an upstream said beside the call and wants back, such as Gemini's thought signature.
    if (isObject(item.extra_content)) call.extra_content = item.extra_content;
    const last = this.#messages.at(-1);
    if (last?.role === 'assistant') {
      last.tool_calls = [...objectsOf(last.tool_calls), call];
      Object.assign(last, this.#reasoning);
    } else {
      this.#messages.push({ role: 'assistant', content: null, tool_calls: [call], ...this.#reasoning });
    }
    this.#reasoning = {};
  }

  #readOutput({ call_id: callId, output }: JsonObject, path: string): void {
    const id = stringOf(callId);
    if (id === null) throw new RequestMappingError(`${path}.call_id`, `${path}.call_id is required.`);
    const content = chatContent(output, `${path}.output`);
    const isText = Array.isArray(content) && content.every(({ type }) => type === 'text');
    this.#messages.push({
      role: 'tool',
      tool_call_id: id,
      content: isText ? textOfContent(content) : content,
    });
  }

  #readReasoning(item: JsonObject): void {
    const text = [...objectsOf(item.content), ...objectsOf(item.summary)]
      .map((part) => stringOf(part.text) ?? '')
      .join('');
    this.#reasoning = text === '' ? {} : { reasoning_content: text };
    const details = readDetails(item.encrypted_content);
    if (details !== null) Object.assign(this.#reasoning, details);
  }
}

/** Members of a chat message that some upstreams want back word for word, with signatures. */
export const REPLAYED_MEMBERS = ['reasoning_details', 'thinking_blocks'] as const;
const PREFIX = 'chat:';

/** What `REPLAYED_MEMBERS` of a message hold, for a reasoning item to carry; null: nothing. */
export function writeDetails(message: JsonObject): string | null {
  const kept = REPLAYED_MEMBERS.filter((name) => Array.isArray(message[name])).map((name) => [
    name,
    message[name],
  ]);
  if (kept.length === 0) return null;
  return PREFIX + Buffer.from(JSON.stringify(Object.fromEntries(kept))).toString('base64');
}

function readDetails(text: unknown): JsonObject | null {
  if (typeof text !== 'string' || !text.startsWith(PREFIX)) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(text.slice(PREFIX.length), 'base64').toString('utf8'));
    if (!isObject(value)) return null;
    return Object.fromEntries(
      REPLAYED_MEMBERS.filter((name) => Array.isArray(value[name])).map((name) => [name, value[name]]),
    );
  } catch {
    return null;
  }
}
