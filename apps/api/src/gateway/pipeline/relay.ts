import { isUtf8 } from 'node:buffer';
import { isJsonObject } from '../body/parse-json-object.ts';
import { AppError } from '@aigc/shared/errors';
import type { GatewayDeps } from '../gateway-deps.ts';
import { RequestDocument } from '@aigc/providers/request-document';
import type { Reserved } from './contexts.ts';
import { redactSecrets } from './redact.ts';
import { upstreamFailure } from './upstream-failure.ts';

/** From sending the request to the first header; long, because unary answers of big models come whole. */
const HEADERS_TIMEOUT_MS = 10 * 60_000;
/** A stream's first header comes early or never. */
const STREAM_HEADERS_TIMEOUT_MS = 2 * 60_000;
/** Longest silence inside an answer; reasoning models think between chunks. */
const BODY_IDLE_TIMEOUT_MS = 2 * 60_000;
const TOTAL_TIMEOUT_MS = 30 * 60_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;

export interface UpstreamAnswer {
  contentType: string;
  body: AsyncIterable<Buffer> & { destroy?: (reason?: unknown) => void };
}

/** Upstream models that refused `stream_options`, by model id: asked without it until the process ends. */
const refusesStreamOptions = new Set<number>();

function requestDocument(context: Reserved, withStreamOptions: boolean): RequestDocument {
  const { request, model, appliedOutputLimit } = context;
  const members: Record<string, unknown> = {};
  if (appliedOutputLimit !== null)
    members[model.definition.outputLimitField(model.target)] = appliedOutputLimit;
  if (request.isStream && withStreamOptions) {
    const given = request.value.stream_options;
    members.stream_options = { ...(isJsonObject(given) ? given : {}), include_usage: true };
  }
  return new RequestDocument(Buffer.from(request.text), members);
}

async function readText(body: UpstreamAnswer['body'], maxBytes: number): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    parts.push(part);
    if (size >= maxBytes) break;
  }
  return Buffer.concat(parts).subarray(0, maxBytes).toString('utf8');
}

async function send(
  deps: GatewayDeps,
  context: Reserved,
  options: { withStreamOptions: boolean; signal: AbortSignal },
) {
  const { model, request } = context;
  const built = model.definition.buildRequest(
    model.target,
    request.endpoint,
    requestDocument(context, options.withStreamOptions),
  );
  const body = Buffer.concat([...built.body]);
  if (model.definition.answer !== undefined) {
    return model.definition.answer(request.endpoint, body, options.signal);
  }
  return deps.outbound.request({
    url: built.url,
    method: 'POST',
    headers: { ...built.headers, accept: request.isStream ? 'text/event-stream' : 'application/json' },
    body,
    signal: options.signal,
    headersTimeoutMs: request.isStream ? STREAM_HEADERS_TIMEOUT_MS : HEADERS_TIMEOUT_MS,
    bodyIdleTimeoutMs: BODY_IDLE_TIMEOUT_MS,
    totalTimeoutMs: TOTAL_TIMEOUT_MS,
    maxResponseBytes: MAX_ANSWER_BYTES,
    trust: model.trust,
  });
}

/**
 * Asks the upstream and returns its answer once the headers of a success are here.
 * @throws AppError for an error answer; OutboundError when there is none
 */
export async function askUpstream(
  deps: GatewayDeps,
  context: Reserved,
  signal: AbortSignal,
): Promise<UpstreamAnswer> {
  const { model, request } = context;
  const askUsage = request.isStream && model.definition.usageInStreamOnRequest;
  let withStreamOptions = askUsage && (request.wantsUsage || !refusesStreamOptions.has(model.id));
  for (;;) {
    const answer = await send(deps, context, { withStreamOptions, signal });
    if (answer.status < 300) {
      return { contentType: String(answer.headers['content-type'] ?? ''), body: answer.body };
    }
    const body = await readText(answer.body, MAX_ERROR_BYTES);
    const isOurAddition = withStreamOptions && !request.wantsUsage;
    if (
      isOurAddition &&
      (answer.status === 400 || answer.status === 422) &&
      /stream_options|include_usage/.test(body)
    ) {
      refusesStreamOptions.add(model.id);
      withStreamOptions = false;
      continue;
    }
    throw upstreamFailure({ status: answer.status, headers: answer.headers, body }, model);
  }
}

/** Reads a unary answer whole. @throws AppError if it is not JSON of the endpoint's shape */
export async function readUnaryAnswer(context: Reserved, answer: UpstreamAnswer) {
  const parts: Buffer[] = [];
  for await (const part of answer.body) parts.push(part);
  const bytes = Buffer.concat(parts);
  if (!isUtf8(bytes)) {
    throw new AppError('upstream_bad_response', 'The upstream answered with something that is not UTF-8.');
  }
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    const what = /html/i.test(answer.contentType) ? 'an HTML page' : 'something that is not JSON';
    throw new AppError(
      'upstream_bad_response',
      `The upstream answered with ${what}; its address may be wrong.`,
    );
  }
  const list = context.request.endpoint === 'embeddings' ? 'data' : 'choices';
  if (!isJsonObject(value) || !Array.isArray(value[list])) {
    const said = context.model.definition.readError(value);
    const why =
      said === undefined ? '' : `: ${redactSecrets(said.message, context.model.target.apiKey).slice(0, 300)}`;
    throw new AppError('upstream_bad_response', `The upstream's answer has no ${list}${why}.`);
  }
  return { bytes, value };
}
