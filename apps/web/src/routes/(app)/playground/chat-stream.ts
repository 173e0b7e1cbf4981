import { SseDecoder } from './sse-decoder.ts';

export interface Usage {
  promptTokens: number;
  completionTokens: number;
}

export type ChatEvent =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  | { type: 'finish'; reason: string }
  | { type: 'usage'; usage: Usage };

/** A call that gave no answer, or only a part of one, in the API's own words. */
export class ChatFailure extends Error {
  /** A code of the error catalogue, an upstream's own, or `offline` when nothing came back at all. */
  readonly code: string;
  readonly requestId: string | undefined;

  constructor(code: string, message: string, requestId?: string) {
    super(message);
    this.name = 'ChatFailure';
    this.code = code;
    this.requestId = requestId;
  }
}

const url = '/api/playground/v1/chat/completions';

/**
 * Sends a chat request with the session's cookie and yields its answer as it comes.
 * @throws ChatFailure when there is no answer or it breaks off; the signal's reason when it was aborted
 */
export async function* streamChat(
  body: Record<string, unknown>,
  signal: AbortSignal,
): AsyncGenerator<ChatEvent, void> {
  const response = await send(body, signal);
  const requestId = response.headers.get('x-request-id') ?? undefined;
  if (!response.ok || !response.body) throw await refusal(response, requestId);
  const decoder = new SseDecoder();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      for (const { event, data } of decoder.push(value)) {
        if (data === '[DONE]') return;
        if (event === 'error') throw errorIn(parse(data), requestId);
        yield* readChunk(parse(data));
      }
    }
  } catch (error) {
    if (signal.aborted || error instanceof ChatFailure) throw error;
    throw new ChatFailure('offline', '', requestId);
  } finally {
    void reader.cancel().catch(() => undefined);
  }
  // The API ends every whole answer with [DONE]: without it something in between has cut the connection.
  throw new ChatFailure('interrupted', '', requestId);
}

async function send(body: Record<string, unknown>, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, stream: true, stream_options: { include_usage: true } }),
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ChatFailure('offline', '');
  }
}

async function refusal(response: Response, requestId: string | undefined): Promise<ChatFailure> {
  const text = await response.text().catch(() => '');
  return errorIn(parse(text), requestId, response.status);
}

function errorIn(value: unknown, requestId: string | undefined, status?: number): ChatFailure {
  const error = object(object(value)?.['error']);
  const message = typeof error?.['message'] === 'string' ? error['message'] : '';
  const code = typeof error?.['code'] === 'string' ? error['code'] : undefined;
  return new ChatFailure(code ?? codeOfStatus(status, message), message, requestId);
}

/** What a status means where the answer names no code: an upstream's own refusals often do not. */
function codeOfStatus(status: number | undefined, message: string): string {
  if (status === 401) return 'unauthenticated';
  if (status === 413) return 'body_too_large';
  if (status === 429) return 'rate_limit_exceeded';
  return message !== '' && (status === undefined || status < 500) ? 'upstream_rejected' : 'server_error';
}

function* readChunk(value: unknown): Generator<ChatEvent, void> {
  const chunk = object(value);
  const choices = chunk?.['choices'];
  const choice = Array.isArray(choices) ? object(choices[0]) : undefined;
  const delta = object(choice?.['delta']);
  // Two spellings of the same field, of DeepSeek and of others.
  const reasoning = delta?.['reasoning_content'] ?? delta?.['reasoning'];
  if (typeof reasoning === 'string' && reasoning) yield { type: 'reasoning', text: reasoning };
  const text = delta?.['content'] ?? delta?.['refusal'];
  if (typeof text === 'string' && text) yield { type: 'text', text };
  const reason = choice?.['finish_reason'];
  if (typeof reason === 'string') yield { type: 'finish', reason };
  const usage = object(chunk?.['usage']);
  const promptTokens = usage?.['prompt_tokens'];
  const completionTokens = usage?.['completion_tokens'];
  if (typeof promptTokens === 'number' && typeof completionTokens === 'number') {
    yield { type: 'usage', usage: { promptTokens, completionTokens } };
  }
}

function object(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
