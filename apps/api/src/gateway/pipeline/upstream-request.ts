import type { ExchangeRequest } from '../../outbound/exchange-handler.ts';
import type { Carriage } from '../carriage/carriage.ts';
import type { ParsedRequest, Reserved, ResolvedModel } from './contexts.ts';
import { tellParameters } from './parameter-honesty.ts';

/** From sending the request to the first header; long, because unary answers of big models come whole. */
const HEADERS_TIMEOUT_MS = 10 * 60_000;
/** A stream's first header comes early or never. */
const STREAM_HEADERS_TIMEOUT_MS = 2 * 60_000;
/** The same where another upstream may do better: clients wait about a minute. */
const FAILOVER_HEADERS_TIMEOUT_MS = 30_000;
/** Longest silence inside an answer; reasoning models think between chunks. */
const BODY_IDLE_TIMEOUT_MS = 2 * 60_000;
const TOTAL_TIMEOUT_MS = 30 * 60_000;
/** No call runs longer: what is held of a model with a price for time. */
export const MAX_CALL_SECONDS = TOTAL_TIMEOUT_MS / 1000;
/** A whole answer is kept until its end: the longest text is below a tenth of this. */
export const MAX_WHOLE_ANSWER_BYTES = 16 * 1024 * 1024;
/** Two thousand vectors, written as numbers, or ten large images in base64. */
const MAX_LARGE_ANSWER_BYTES = 64 * 1024 * 1024;
const LARGE_ANSWERS: ReadonlySet<string> = new Set(['embeddings', 'images/generations', 'images/edits']);
/** A stream passes and is not kept; its frame makes each token a thousand times larger. */
const MAX_STREAM_BYTES = 1024 * 1024 * 1024;

function maxAnswerBytes({ isStream, endpoint }: ParsedRequest): number {
  // Sound passes like a stream.
  if (isStream || endpoint === 'audio/speech') return MAX_STREAM_BYTES;
  return LARGE_ANSWERS.has(endpoint) ? MAX_LARGE_ANSWER_BYTES : MAX_WHOLE_ANSWER_BYTES;
}

type Headers = Readonly<Record<string, string>>;

/** One object for the same headers, so that the client can remember what it made of them. */
const withAccept = new WeakMap<Headers, { stream: Headers; whole: Headers; any: Headers }>();

function acceptHeaders(headers: Headers, { isStream, endpoint }: ParsedRequest): Headers {
  let both = withAccept.get(headers);
  if (both === undefined) {
    both = {
      stream: { accept: 'text/event-stream', ...headers },
      whole: { accept: 'application/json', ...headers },
      any: { accept: '*/*', ...headers },
    };
    withAccept.set(headers, both);
  }
  if (isStream) return both.stream;
  // Sound, and what was written down of it as text.
  return endpoint.startsWith('audio/') ? both.any : both.whole;
}

export interface AskOptions {
  carriage: Carriage;
  model: ResolvedModel;
  asksForUsage: boolean;
  /** Another upstream could be asked. */
  hasOther: boolean;
}

function headersTimeoutMs(isStream: boolean, hasOther: boolean): number {
  if (!isStream) return HEADERS_TIMEOUT_MS;
  return hasOther ? FAILOVER_HEADERS_TIMEOUT_MS : STREAM_HEADERS_TIMEOUT_MS;
}

/**
 * The request as the model's upstream takes it, with our limit and our wish for usage where they apply.
 * @throws AppError if it cannot be carried; `unsupported_parameter` if not all of it, and the caller is strict
 */
export function upstreamRequest(reserved: Reserved, { carriage, model, asksForUsage, hasOther }: AskOptions) {
  const { request, appliedOutputLimit } = reserved;
  const extras = { outputLimit: appliedOutputLimit, asksForUsage };
  const { url, method = 'POST', headers, body } = carriage.request(extras);
  if (carriage.parameters !== null) tellParameters({ ...reserved, model }, carriage.parameters);
  return {
    url,
    method,
    headers: acceptHeaders(headers, request),
    body: method === 'GET' ? [] : body,
    headersTimeoutMs: headersTimeoutMs(request.isStream, hasOther),
    bodyIdleTimeoutMs: BODY_IDLE_TIMEOUT_MS,
    totalTimeoutMs: TOTAL_TIMEOUT_MS,
    maxResponseBytes: maxAnswerBytes(request),
    trust: model.trust,
  } satisfies ExchangeRequest;
}

/** Upstreams that refused `stream_options`, by their keys: asked without it until the process ends. */
const refusesStreamOptions = new Set<string>();

/** Whether usage is asked for in a stream: always, unless the client did not and the upstream is known to refuse. */
export function shouldAskForUsage(request: ParsedRequest, { definition, upstream }: ResolvedModel): boolean {
  if (!request.isStream || !definition.usageInStreamOnRequest) return false;
  return request.wantsUsage || !refusesStreamOptions.has(upstream.key);
}

/** True if an upstream's refusal is about what we added: remembers it, and the call may be tried without. */
export function isRefusalOfOurs(
  request: ParsedRequest,
  { upstream }: ResolvedModel,
  { status, body }: { status: number; body: string },
): boolean {
  if (request.wantsUsage || (status !== 400 && status !== 422)) return false;
  if (!/stream_options|include_usage/.test(body)) return false;
  refusesStreamOptions.add(upstream.key);
  return true;
}
