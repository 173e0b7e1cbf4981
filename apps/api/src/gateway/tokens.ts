import { isJsonObject } from './body/parse-json-object.ts';

/**
 * Estimates tokens where an upstream reports none: four ASCII characters, or one other character, to a
 * token. Linear in the text, without a tokenizer; calls billed by it are marked `estimated`.
 */
export class TokenEstimate {
  #ascii = 0;
  #other = 0;

  /** Counts a piece of text; pieces add up as if they were one. */
  add(text: string): this {
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code < 128) this.#ascii += 1;
      // The second half of a surrogate pair belongs to the character before it.
      else if (code < 0xdc00 || code > 0xdfff) this.#other += 1;
    }
    return this;
  }

  /** Counts characters that somebody else told apart. */
  count(ascii: number, other: number): void {
    this.#ascii += ascii;
    this.#other += other;
  }

  get characters(): number {
    return this.#ascii + this.#other;
  }

  get tokens(): number {
    return Math.ceil(this.#ascii / 4) + this.#other;
  }
}

/** The estimate for one text. */
export function estimateTokens(text: string): number {
  return new TokenEstimate().add(text).tokens;
}

/** The text of a message's content, whether a string or a list of parts. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return (content as unknown[])
    .map((part) => (isJsonObject(part) && typeof part.text === 'string' ? part.text : ''))
    .join('');
}

/** Everything a message or a stream's delta says that an upstream counts as output. */
export function messageText(message: unknown): string {
  if (!isJsonObject(message)) return '';
  const parts = [contentText(message.content)];
  for (const field of ['reasoning_content', 'reasoning', 'refusal']) {
    const value = message[field];
    if (typeof value === 'string') parts.push(value);
  }
  const calls: unknown[] = Array.isArray(message.tool_calls) ? message.tool_calls : [];
  const functions = calls.map((call) => (isJsonObject(call) ? call.function : undefined));
  // Before tool calls there was one function call.
  for (const called of [...functions, message.function_call]) {
    if (!isJsonObject(called)) continue;
    for (const value of [called.name, called.arguments]) {
      if (typeof value === 'string') parts.push(value);
    }
  }
  if (isJsonObject(message.audio) && typeof message.audio.transcript === 'string') {
    parts.push(message.audio.transcript);
  }
  return parts.join('');
}

/** What one choice of a stream's chunk says: of a chat, or of the older completions. */
export function choiceText(choice: Record<string, unknown>): string {
  return messageText(choice.delta) || (typeof choice.text === 'string' ? choice.text : '');
}

/** True if a delta or a message carries sound. */
export function hasAudio(message: unknown): boolean {
  if (!isJsonObject(message) || !isJsonObject(message.audio)) return false;
  return typeof message.audio.data === 'string' && message.audio.data !== '';
}

/** Estimated prompt tokens of a request in OpenAI's shape. */
export function estimatePromptTokens(request: Record<string, unknown>): number {
  const { messages, input } = request;
  if (Array.isArray(messages)) {
    // Four tokens frame each message.
    return (messages as unknown[]).reduce<number>(
      (sum, message) => sum + 4 + estimateTokens(messageText(message)),
      0,
    );
  }
  const inputs: unknown[] = Array.isArray(input) ? input : [input];
  return inputs.reduce<number>((sum, item) => {
    if (typeof item === 'string') return sum + estimateTokens(item);
    return sum + (Array.isArray(item) ? item.length : 1);
  }, 0);
}
