/** Token counts as the scripted upstream reports them. */
export interface ScriptedUsage {
  promptTokens: number;
  completionTokens: number;
  cachedTokens?: number;
  cacheWriteTokens?: number;
  reasoningTokens?: number;
}

export interface ScriptedToolCall {
  id: string;
  name: string;
  /** JSON text; streamed in two pieces. */
  arguments: string;
}

/**
 * Where a stream reports its usage:
 * - `when_asked`: a last chunk without choices, only if `stream_options.include_usage` (OpenAI)
 * - `always`: that chunk whether asked or not
 * - `finish_chunk`: on the chunk with the `finish_reason`, asked or not (DeepSeek)
 * - `every_chunk`: a running total on each chunk (Gemini, vLLM)
 */
export type UsagePlacement = 'when_asked' | 'always' | 'finish_chunk' | 'every_chunk';

/** The shape of an error's body: OpenAI's envelope, or what others send instead. */
export type ErrorBody = 'openai' | 'message_only' | 'string' | 'no_error' | 'text' | 'html' | 'empty';

/** Where in a stream a fault strikes: after this many events. */
interface MidStream {
  afterEvents: number;
}

export type Fault =
  | { kind: 'error'; status: number; body?: ErrorBody; message?: string; retryAfter?: string; code?: string }
  | { kind: 'redirect'; location: string; status?: number }
  | { kind: 'hang_before_headers' }
  | { kind: 'reset_before_headers' }
  | { kind: 'html' }
  | { kind: 'not_json' }
  | { kind: 'not_openai' }
  | { kind: 'gzip' }
  | { kind: 'invalid_utf8' }
  /** One line, or one unary answer, of this many bytes. */
  | { kind: 'long_line'; bytes: number }
  | ({ kind: 'hang_mid_stream' } & MidStream)
  | ({ kind: 'reset_mid_stream' } & MidStream)
  | ({ kind: 'end_mid_stream' } & MidStream)
  | ({ kind: 'error_in_stream'; message?: string } & MidStream)
  /** The whole answer, but no `[DONE]`. */
  | { kind: 'end_without_done' }
  /** These bytes as they are; the connection then stays open if `staysOpen`. */
  | { kind: 'raw'; contentType: string; body: string | Buffer; staysOpen?: boolean }
  /** The answer's text again and again until the client leaves. */
  | { kind: 'endless'; everyMs: number };

/** How the events of a stream are written. */
export interface Framing {
  crlf?: boolean;
  /** `data:{` without the space. */
  noSpace?: boolean;
  /** `id:`, `retry:` and `event:` lines and comments between the events. */
  noise?: boolean;
  /** One byte per write, so that multi-byte characters and lines arrive in pieces. */
  everyByte?: boolean;
}

/** What the upstream does with a request. Everything is optional: `{}` is a normal answer. */
export interface Behaviour {
  text?: string;
  /** The pieces that a stream sends; by default the text in words. */
  pieces?: readonly string[];
  reasoning?: string;
  refusal?: string;
  toolCalls?: readonly ScriptedToolCall[];
  finishReason?: string;
  /** `null`: not reported at all. */
  usage?: ScriptedUsage | null;
  usagePlacement?: UsagePlacement;
  /** The model that the answer names, instead of the one asked for. */
  answerModel?: string;
  /** Parameters answered with 400 when the request has them, e.g. `stream_options`. */
  rejects?: readonly string[];
  /** Answers JSON although a stream was asked for. */
  ignoresStream?: boolean;
  /** Vectors in this format, whatever was asked for. */
  embeddingFormat?: 'float' | 'base64';
  delayMs?: number;
  /** Between two events of a stream. */
  dripMs?: number;
  framing?: Framing;
  fault?: Fault;
  headers?: Record<string, string>;
}
