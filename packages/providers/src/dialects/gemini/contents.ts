import type { JsonObject } from '../../definition.ts';
import { isObject, objectOf, objectsOf, parseJson, stringOf } from '../../json-values.ts';
import { RequestMappingError } from '../../mapping-errors.ts';
import type { ParameterReader } from '../../parameter-reader.ts';
import { audioPart, filePart, imagePart } from './media.ts';

export interface ContentOptions {
  /** The address takes ids in function calls and their responses. */
  sendsCallIds: boolean;
  /** The model refuses its own function calls when the signature of the thought behind them is missing. */
  checksSignatures: boolean;
  parameters: ParameterReader;
}

export interface MappedContents {
  contents: JsonObject[];
  systemInstruction: JsonObject | undefined;
}

/**
 * What stands in for a signature that was never there or got lost on the way, as the documentation proposes
 * for calls that another model made: https://ai.google.dev/gemini-api/docs/thought-signatures
 */
const NO_SIGNATURE = 'skip_thought_signature_validator';

/**
 * Messages as contents. System and developer messages become one instruction, wherever they stand; results of
 * tools that follow each other become one content, as Gemini wants all answers to a turn's calls together.
 * @throws RequestMappingError
 */
export function toContents(messages: unknown, options: ContentOptions): MappedContents {
  if (!Array.isArray(messages) || messages.length === 0) {
    throw new RequestMappingError('messages', 'messages must be a non-empty array.');
  }
  const mapper = new ContentMapper(options);
  messages.forEach((message: unknown, index) => mapper.add(message, `messages[${index}]`));
  return mapper.result();
}

class ContentMapper {
  readonly #options: ContentOptions;
  readonly #system: JsonObject[] = [];
  readonly #contents: JsonObject[] = [];
  /** Names of functions by the ids of their calls: Gemini wants the name with each result. */
  readonly #calledNames = new Map<string, string>();
  /** The parts of the last content while it collects results of tools. */
  #results: JsonObject[] | null = null;

  constructor(options: ContentOptions) {
    this.#options = options;
  }

  add(message: unknown, path: string): void {
    if (!isObject(message)) throw new RequestMappingError(path, 'A message must be an object.');
    switch (message.role) {
      case 'system':
      case 'developer':
        this.#system.push(...this.#parts(message.content, `${path}.content`));
        return;
      case 'user':
        this.#push('user', this.#parts(message.content, `${path}.content`));
        return;
      case 'assistant':
        this.#push('model', this.#assistantParts(message, path));
        return;
      case 'tool':
        this.#addResult(message, path);
        return;
      default:
        throw new RequestMappingError(
          `${path}.role`,
          'The role must be system, developer, user, assistant or tool.',
        );
    }
  }

  result(): MappedContents {
    // Gemini answers nothing without contents; a lone instruction is then what it is asked.
    if (this.#contents.length === 0) {
      return { contents: [{ role: 'user', parts: this.#system }], systemInstruction: undefined };
    }
    const systemInstruction = this.#system.length === 0 ? undefined : { parts: this.#system };
    return { contents: this.#contents, systemInstruction };
  }

  #push(role: string, parts: JsonObject[]): void {
    this.#results = null;
    // An empty content is refused; an assistant that said nothing says nothing.
    if (parts.length > 0) this.#contents.push({ role, parts });
  }

  #parts(content: unknown, path: string): JsonObject[] {
    if (typeof content === 'string') return content === '' ? [] : [{ text: content }];
    if (content === null || content === undefined) return [];
    if (!Array.isArray(content))
      throw new RequestMappingError(path, 'content must be a string or an array of parts.');
    return content.map((part: unknown, index) => this.#part(part, `${path}[${index}]`));
  }

  #part(part: unknown, path: string): JsonObject {
    const { type, ...rest } = objectOf(part);
    switch (type) {
      case 'text':
      case 'refusal': {
        const text = stringOf(rest[type]);
        if (text === null) throw new RequestMappingError(`${path}.${type}`, `${type} must be a string.`);
        return { text };
      }
      case 'image_url': {
        const { detail } = objectOf(rest.image_url);
        if (detail !== undefined && detail !== null && detail !== 'auto') {
          this.#options.parameters.drop('image_url.detail');
        }
        return imagePart(rest, path);
      }
      case 'input_audio':
        return audioPart(rest, path);
      case 'file':
        return filePart(rest, path);
      default:
        throw new RequestMappingError(
          `${path}.type`,
          `Gemini takes no parts of the type ${JSON.stringify(type)}.`,
        );
    }
  }

  #assistantParts(message: JsonObject, path: string): JsonObject[] {
    const parts = this.#parts(message.content, `${path}.content`);
    const signature = signatureOf(message);
    const last = parts.at(-1);
    if (signature !== null && last !== undefined) last.thoughtSignature = signature;
    if (message.function_call !== undefined && message.function_call !== null) {
      throw new RequestMappingError(`${path}.function_call`, 'Use tool_calls instead of function_call.');
    }
    objectsOf(message.tool_calls).forEach((call, index) => {
      parts.push(this.#call(call, { path: `${path}.tool_calls[${index}]`, isFirst: index === 0 }));
    });
    return parts;
  }

  #call(call: JsonObject, { path, isFirst }: { path: string; isFirst: boolean }): JsonObject {
    const { name, arguments: text } = objectOf(call.function);
    if (typeof name !== 'string') {
      throw new RequestMappingError(`${path}.function.name`, 'A tool call must name its function.');
    }
    const args = typeof text !== 'string' || text.trim() === '' ? {} : parseJson(text);
    if (!isObject(args)) {
      throw new RequestMappingError(
        `${path}.function.arguments`,
        'arguments must be a JSON object, as text.',
      );
    }
    const id = stringOf(call.id);
    if (id !== null) this.#calledNames.set(id, name);
    const functionCall = { ...(id !== null && this.#options.sendsCallIds ? { id } : {}), name, args };
    // Of several calls of one turn only the first carries the signature.
    const signature = signatureOf(call) ?? (isFirst && this.#options.checksSignatures ? NO_SIGNATURE : null);
    return signature === null ? { functionCall } : { functionCall, thoughtSignature: signature };
  }

  #addResult(message: JsonObject, path: string): void {
    const id = stringOf(message.tool_call_id);
    const name = id === null ? undefined : this.#calledNames.get(id);
    if (id === null || name === undefined) {
      throw new RequestMappingError(
        `${path}.tool_call_id`,
        'The tool call that this is the result of is not among the messages before it.',
      );
    }
    if (this.#results === null) {
      this.#results = [];
      this.#contents.push({ role: 'user', parts: this.#results });
    }
    const parts = this.#parts(message.content, `${path}.content`);
    const text = parts.map((part) => stringOf(part.text) ?? '').join('');
    const functionResponse = {
      ...(this.#options.sendsCallIds ? { id } : {}),
      name,
      response: responseObject(text),
    };
    this.#results.push({ functionResponse }, ...parts.filter((part) => part.text === undefined));
  }
}

/** `response` must be an object; what a tool returned otherwise goes under the name that Gemini expects. */
function responseObject(text: string): JsonObject {
  const parsed = parseJson(text);
  return isObject(parsed) ? parsed : { output: text };
}

/** Where Google's own compatible endpoint keeps the signature of a thought. */
function signatureOf(holder: JsonObject): string | null {
  return stringOf(objectOf(objectOf(holder.extra_content).google).thought_signature);
}
