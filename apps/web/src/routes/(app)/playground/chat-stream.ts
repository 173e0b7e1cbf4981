import { object, readChunk, type ChunkEvent } from './chat-chunk.ts';
import { ChatFailure } from './chat-failure.ts';
import { SseDecoder } from './sse-decoder.ts';

/** What the head of an answer tells before its first word. */
export interface AnswerHead {
  type: 'head';
  requestId: string | undefined;
  dropped: string[];
  outputLimit: number | undefined;
}

export type ChatEvent = AnswerHead | ChunkEvent;

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
  yield readHead(response.headers, requestId);
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

/** The request as it travels: streamed, with its usage. */
export function streamed(body: Record<string, unknown>): Record<string, unknown> {
  return { ...body, stream: true, stream_options: { include_usage: true } };
}

/** `x-aigc-params` reads `mapped=a, b; dropped=c`. */
function readHead(headers: Headers, requestId: string | undefined): AnswerHead {
  const dropped = /(?:^|;\s*)dropped=([^;]*)/.exec(headers.get('x-aigc-params') ?? '')?.[1] ?? '';
  const limit = Number(headers.get('x-aigc-output-limit') ?? Number.NaN);
  return {
    type: 'head',
    requestId,
    dropped: dropped
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    outputLimit: Number.isInteger(limit) && limit > 0 ? limit : undefined,
  };
}

async function send(body: Record<string, unknown>, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(streamed(body)),
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

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
