import { isJsonObject } from '../body/parse-json-object.ts';

/** The text of a message's content, whether a string or a list of parts, in OpenAI's form or in Anthropic's. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? (content as unknown[]).map(partText).join('') : '';
}

function partText(part: unknown): string {
  if (!isJsonObject(part)) return '';
  if (typeof part.text === 'string') return part.text;
  switch (part.type) {
    case 'thinking':
      return typeof part.thinking === 'string' ? part.thinking : '';
    case 'tool_use':
      return `${String(part.name)}${JSON.stringify(part.input ?? {})}`;
    case 'tool_result':
      return contentText(part.content);
    default:
      return '';
  }
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

/** How many pictures a delta or a message carries, as OpenRouter and our mappings write them. */
export function imagesIn(message: unknown): number {
  return isJsonObject(message) && Array.isArray(message.images) ? message.images.length : 0;
}

/** True if a delta or a message carries sound. */
export function hasAudio(message: unknown): boolean {
  if (!isJsonObject(message) || !isJsonObject(message.audio)) return false;
  return typeof message.audio.data === 'string' && message.audio.data !== '';
}
