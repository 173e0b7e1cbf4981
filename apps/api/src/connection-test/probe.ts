import { Readable } from 'node:stream';
import { readOpenAiError } from '@aigc/providers/openai-compatible';
import { resolveEndpoint, type UpstreamEndpoint } from '@aigc/shared/resolve-endpoint';
import OpenAI from 'openai';
import { bindFetch } from '../outbound/bound-fetch.ts';
import type { ConnectPhase } from '../outbound/guarded-connector.ts';
import type { Outbound, OutboundRequest, OutboundResponse } from '../outbound/outbound.ts';
import { readBody } from '../outbound/read-body.ts';
import type { ErrorAnswer } from './classify-failure.ts';
import { callShaped, type ShapedEndpoint, type ShapedUpstream } from './shaped-upstream.ts';
import { sanitiseMessage } from './sanitise-message.ts';

export interface ProbeOptions {
  outbound: Outbound;
  /** What speaks another protocol than OpenAI's, or has another credential than a key; absent: neither. */
  upstream?: ShapedUpstream | undefined;
  baseUrl: string;
  apiKey: string | undefined;
  signal: AbortSignal;
  /** When the whole test has to be over, on the clock of `performance.now()`. */
  deadlineAt: number;
  /** Of the first call's connection. */
  onPhase: (phase: ConnectPhase) => void;
  /** An answer's headers arrived. */
  onHeaders: () => void;
}

const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;
// The package wants an address and builds paths on it; the probe calls the resolved one instead.
const PLACEHOLDER_BASE = 'http://upstream.invalid/';

/**
 * The openai package bound to one upstream. What is sent is built here: the resolved address, the key that
 * was given and nothing else, because the package also reads keys, organisations and headers from the
 * environment, which are the operator's and not this upstream's.
 */
export class Probe {
  readonly client: OpenAI;
  /** The last answer's content type, in lower case and without parameters. */
  contentType = '';
  status = 0;
  /** The last answer, when its status was an error. */
  errorAnswer: ErrorAnswer | null = null;
  readonly #options: ProbeOptions;
  #isFirst = true;
  /** Of the next call; the deadline of the whole test is the upper bound. */
  callTimeoutMs = Infinity;

  constructor(options: ProbeOptions) {
    this.#options = options;
    this.client = new OpenAI({
      apiKey: 'unused',
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      baseURL: PLACEHOLDER_BASE,
      maxRetries: 0,
      logLevel: 'off',
      fetch: bindFetch((request) => this.#send(request), { trust: 'user' }),
    });
  }

  get remainingMs(): number {
    return Math.max(1, this.#options.deadlineAt - performance.now());
  }

  async #send(request: OutboundRequest): Promise<OutboundResponse> {
    const { outbound, upstream, apiKey, signal, onPhase, onHeaders } = this.#options;
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    this.status = 0;
    this.contentType = '';
    this.errorAnswer = null;
    const timeoutMs = Math.ceil(Math.min(this.remainingMs, this.callTimeoutMs));
    const path = new URL(request.url).pathname.slice(1);
    const call: OutboundRequest = {
      url: this.#resolve(path),
      method: request.method,
      body: request.method === 'POST' ? request.body : undefined,
      headers: {
        ...(apiKey === undefined || apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` }),
        ...(request.method === 'POST' ? { 'content-type': 'application/json' } : {}),
        accept: request.headers['accept'] ?? 'application/json',
      },
      signal: request.signal === undefined ? signal : AbortSignal.any([signal, request.signal]),
      headersTimeoutMs: timeoutMs,
      bodyIdleTimeoutMs: timeoutMs,
      totalTimeoutMs: timeoutMs,
      maxResponseBytes: MAX_ANSWER_BYTES,
      trust: request.trust,
      ...(isFirst ? { onPhase } : {}),
    };
    const response = await (upstream === undefined
      ? outbound.request(call)
      : callShaped(upstream, path as ShapedEndpoint, call));
    this.status = response.status;
    this.contentType = mediaType(response.headers['content-type']);
    onHeaders();
    return response.status < 400 ? response : this.#keepError(response);
  }

  #resolve(path: string): string {
    const resolved = resolveEndpoint(this.#options.baseUrl, path as UpstreamEndpoint);
    return resolved.ok ? resolved.url : '';
  }

  /** Reads an error's body for its meaning, and gives the openai package an equal answer without it. */
  async #keepError(response: OutboundResponse): Promise<OutboundResponse> {
    const { status } = response;
    const isHtml = this.contentType === 'text/html';
    // An error whose body cannot be read is still that error.
    const text = await readBody(response, MAX_ERROR_BYTES).then(String, () => '');
    const body = parseJson(text);
    const said = readOpenAiError(body);
    const envelope = isRecord(body) && isRecord(body['error']) ? said : undefined;
    const message =
      envelope === undefined ? undefined : sanitiseMessage(envelope.message, this.#options.apiKey);
    this.errorAnswer = {
      status,
      isHtml,
      message: message === '' ? undefined : message,
      searchable: said === undefined ? '' : [said.code, said.type, said.message].join(' ').slice(0, 2_000),
    };
    return { ...response, body: Readable.from([]) };
  }
}

function mediaType(header: string | string[] | undefined): string {
  const [first = ''] = [header ?? ''].flat();
  return first.split(';')[0]?.trim().toLowerCase() ?? '';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
