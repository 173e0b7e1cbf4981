import type { CallBody } from '@aigc/shared/schemas/call-bodies';

/** One turn of a conversation, as people read it. */
export interface BodyMessage {
  role: string;
  text: string;
}

type Json = Readonly<Record<string, unknown>>;

/** The text as JSON with indents; null: it is none, or its end is missing. */
export function prettyJson({ text }: Pick<CallBody, 'text'>): string | null {
  const value = parse(text);
  return value === undefined ? null : JSON.stringify(value, null, 2);
}

/**
 * The conversation of a call, its answer last; a stream's is put together from its events. Null: it was none, or too
 * little of it is kept.
 */
export function readConversation(request: CallBody | null, answer: CallBody | null): BodyMessage[] | null {
  const asked = object(request === null ? undefined : parse(request.text));
  if (asked === null) return null;
  const messages = askedMessages(asked);
  if (messages.length === 0) return null;
  const text = answer === null ? '' : answerText(answer);
  return text === '' ? messages : [...messages, { role: 'assistant', text }];
}

function askedMessages(request: Json): BodyMessage[] {
  const instructions = request['system'] ?? request['instructions'];
  const first = instructions === undefined ? [] : [{ role: 'system', text: contentText(instructions) }];
  const turns = request['messages'] ?? request['input'];
  const read = list(turns).flatMap((turn) => {
    const entry = object(turn);
    if (entry === null || typeof entry['role'] !== 'string') return [];
    const calls = list(entry['tool_calls']).map(toolCallText);
    const text = [contentText(entry['content']), ...calls].filter((part) => part !== '').join('\n');
    return [{ role: entry['role'], text }];
  });
  return read.length === 0 ? [] : [...first, ...read];
}

/** Text in any of the forms in which APIs write it; what is no text is named. */
function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  return list(content)
    .map((part) => {
      const entry = object(part);
      if (entry === null) return typeof part === 'string' ? part : '';
      for (const key of ['text', 'thinking', 'refusal']) {
        const value = entry[key];
        if (typeof value === 'string') return value;
      }
      if (entry['type'] === 'tool_result') return contentText(entry['content']);
      if (entry['type'] === 'tool_use') {
        return `${String(entry['name'])}(${JSON.stringify(entry['input'] ?? {})})`;
      }
      return typeof entry['type'] === 'string' ? `[${entry['type']}]` : '';
    })
    .filter((text) => text !== '')
    .join('\n');
}

function toolCallText(call: unknown): string {
  const called = object(object(call)?.['function']);
  return called === null ? '' : `${string(called['name'])}(${string(called['arguments'])})`;
}

function answerText(answer: CallBody): string {
  if (answer.content_type.startsWith('text/event-stream')) return streamText(answer.text);
  const whole = object(parse(answer.text));
  if (whole === null) return '';
  const [choice] = list(whole['choices']);
  const message = object(object(choice)?.['message']);
  if (message !== null) {
    const calls = list(message['tool_calls']).map(toolCallText);
    return [contentText(message['content'] ?? message['refusal']), ...calls]
      .filter((part) => part !== '')
      .join('\n');
  }
  if (whole['output'] !== undefined) {
    return list(whole['output'])
      .map((item) => contentText(object(item)?.['content']))
      .filter((text) => text !== '')
      .join('\n');
  }
  return contentText(whole['content']);
}

/** The pieces of a stream's first answer, one after the other. What cannot be read is left out. */
function streamText(stream: string): string {
  let text = '';
  const calls: string[] = [];
  for (const line of stream.split(/\r?\n/)) {
    if (!line.startsWith('data:')) continue;
    const event = object(parse(line.slice('data:'.length)));
    if (event === null) continue;
    const choice = object(list(event['choices'])[0]);
    const delta = object(choice?.['delta']) ?? object(event['delta']);
    text += string(delta?.['content']) + string(delta?.['refusal']) + string(delta?.['text']);
    text += string(choice?.['text']);
    if (event['type'] === 'response.output_text.delta') text += string(event['delta']);
    for (const call of list(delta?.['tool_calls'])) {
      const { name, arguments: args } = object(object(call)?.['function']) ?? {};
      const index = Number(object(call)?.['index'] ?? 0);
      if (string(name) !== '') calls[index] = `${string(name)}(`;
      calls[index] = (calls[index] ?? '') + string(args);
    }
  }
  const called = calls.map((call) => `${call})`);
  return [text, ...called].filter((part) => part !== '').join('\n');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function object(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
