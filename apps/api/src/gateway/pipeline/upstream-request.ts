import type { ExchangeRequest } from '../../outbound/exchange-handler.ts';
import type { Carriage } from '../carriage/carriage.ts';
import type { ParsedRequest, Reserved } from './contexts.ts';
import { tellParameters } from './parameter-honesty.ts';

/** From sending the request to the first header; long, because unary answers of big models come whole. */
const HEADERS_TIMEOUT_MS = 10 * 60_000;
/** A stream's first header comes early or never. */
const STREAM_HEADERS_TIMEOUT_MS = 2 * 60_000;
/** Longest silence inside an answer; reasoning models think between chunks. */
const BODY_IDLE_TIMEOUT_MS = 2 * 60_000;
const TOTAL_TIMEOUT_MS = 30 * 60_000;
/** No call runs longer: what is held of a model with a price for time. */
export const MAX_CALL_SECONDS = TOTAL_TIMEOUT_MS / 1000;
/** A whole answer is kept until its end: the longest text is below a tenth of this. */
export const MAX_WHOLE_ANSWER_BYTES = 16 * 1024 * 1024;
/** Two thousand vectors, written as numbers. */
const MAX_EMBEDDINGS_BYTES = 64 * 1024 * 1024;
/** A stream passes and is not kept; its frame makes each token a thousand times larger. */
const MAX_STREAM_BYTES = 1024 * 1024 * 1024;

function maxAnswerBytes({ isStream, endpoint }: ParsedRequest): number {
  if (isStream) return MAX_STREAM_BYTES;
  return endpoint === 'embeddings' ? MAX_EMBEDDINGS_BYTES : MAX_WHOLE_ANSWER_BYTES;
}

type Headers = Readonly<Record<string, string>>;

/** One object for the same headers, so that the client can remember what it made of them. */
const withAccept = new WeakMap<Headers, { stream: Headers; whole: Headers }>();

function acceptHeaders(headers: Headers, isStream: boolean): Headers {
  let both = withAccept.get(headers);
  if (both === undefined) {
    both = {
      stream: { ...headers, accept: 'text/event-stream' },
      whole: { ...headers, accept: 'application/json' },
    };
    withAccept.set(headers, both);
  }
  return isStream ? both.stream : both.whole;
}

/**
 * The request as the model's upstream takes it, with our limit and our wish for usage where they apply.
 * @throws AppError if it cannot be carried; `unsupported_parameter` if not all of it, and the caller is strict
 */
export function upstreamRequest(
  reserved: Reserved,
  { carriage, asksForUsage }: { carriage: Carriage; asksForUsage: boolean },
) {
  const { request, model, appliedOutputLimit } = reserved;
  const { url, headers, body } = carriage.request({ outputLimit: appliedOutputLimit, asksForUsage });
  if (carriage.parameters !== null) tellParameters(reserved, carriage.parameters);
  return {
    url,
    method: 'POST',
    headers: acceptHeaders(headers, request.isStream),
    body,
    headersTimeoutMs: request.isStream ? STREAM_HEADERS_TIMEOUT_MS : HEADERS_TIMEOUT_MS,
    bodyIdleTimeoutMs: BODY_IDLE_TIMEOUT_MS,
    totalTimeoutMs: TOTAL_TIMEOUT_MS,
    maxResponseBytes: maxAnswerBytes(request),
    trust: model.trust,
  } satisfies ExchangeRequest;
}

/** Upstream models that refused `stream_options`, by model id: asked without it until the process ends. */
const refusesStreamOptions = new Set<number>();

/** Whether usage is asked for in a stream: always, unless the client did not and the upstream is known to refuse. */
export function shouldAskForUsage(request: ParsedRequest, { model }: Pick<Reserved, 'model'>): boolean {
  if (!request.isStream || !model.definition.usageInStreamOnRequest) return false;
  return request.wantsUsage || !refusesStreamOptions.has(model.entry.id);
}

/** True if an upstream's refusal is about what we added: remembers it, and the call may be tried without. */
export function isRefusalOfOurs(
  { request, model }: Pick<Reserved, 'request' | 'model'>,
  { status, body }: { status: number; body: string },
): boolean {
  if (request.wantsUsage || (status !== 400 && status !== 422)) return false;
  if (!/stream_options|include_usage/.test(body)) return false;
  refusesStreamOptions.add(model.entry.id);
  return true;
}
