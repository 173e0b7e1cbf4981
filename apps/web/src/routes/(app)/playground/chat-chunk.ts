export interface Usage {
  promptTokens: number;
  completionTokens: number;
}

/** A function that the model asks its caller to run. */
export interface ToolCall {
  id: string;
  name: string;
  /** JSON as the model wrote it: it may not be valid. */
  arguments: string;
}

export type ChunkEvent =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  | { type: 'refusal'; text: string }
  /** A piece of a call: the first one with a name, the others with more of the arguments. */
  | { type: 'tool'; index: number; id: string; name: string; arguments: string }
  | { type: 'finish'; reason: string }
  | { type: 'usage'; usage: Usage };

/** More are not kept: no model calls so many, and the number comes from outside. */
const maxToolCalls = 64;

/** What a `chat.completion.chunk` says; nothing where it is something else. */
export function* readChunk(value: unknown): Generator<ChunkEvent, void> {
  const chunk = object(value);
  const choices = chunk?.['choices'];
  const choice = Array.isArray(choices) ? object(choices[0]) : undefined;
  const delta = object(choice?.['delta']);
  // Two spellings of the same field, of DeepSeek and of others.
  const reasoning = delta?.['reasoning_content'] ?? delta?.['reasoning'];
  if (isWords(reasoning)) yield { type: 'reasoning', text: reasoning };
  if (isWords(delta?.['content'])) yield { type: 'text', text: delta['content'] };
  if (isWords(delta?.['refusal'])) yield { type: 'refusal', text: delta['refusal'] };
  yield* readToolCalls(delta?.['tool_calls']);
  const reason = choice?.['finish_reason'];
  if (typeof reason === 'string') yield { type: 'finish', reason };
  const usage = object(chunk?.['usage']);
  const promptTokens = usage?.['prompt_tokens'];
  const completionTokens = usage?.['completion_tokens'];
  if (typeof promptTokens === 'number' && typeof completionTokens === 'number') {
    yield { type: 'usage', usage: { promptTokens, completionTokens } };
  }
}

/** Adds a piece to the calls so far. */
export function addToolPiece(calls: ToolCall[], piece: Extract<ChunkEvent, { type: 'tool' }>): void {
  const call = calls[piece.index];
  if (call) {
    call.arguments += piece.arguments;
    call.name += piece.name;
  } else if (calls.length < maxToolCalls) {
    calls.push({ id: piece.id, name: piece.name, arguments: piece.arguments });
  }
}

function* readToolCalls(value: unknown): Generator<ChunkEvent, void> {
  if (!Array.isArray(value)) return;
  for (const [position, entry] of value.entries()) {
    const call = object(entry);
    const given = object(call?.['function']);
    const index = call?.['index'];
    yield {
      type: 'tool',
      index: typeof index === 'number' ? index : position,
      id: words(call?.['id']),
      name: words(given?.['name']),
      arguments: words(given?.['arguments']),
    };
  }
}

export function object(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

function isWords(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function words(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
