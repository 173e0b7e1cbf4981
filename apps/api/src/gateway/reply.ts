import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppError } from '@aigc/shared/errors';
import { discardRest } from '../http/discard-rest.ts';
import { writeOwnHead } from '../http/own-head.ts';
import type { RateState } from '../limits/limiter.ts';
import { RATE_HEADERS } from '../limits/rate-headers.ts';
import { errorHeaders } from './errors.ts';
import { watchFlush } from './stream/stream-watch.ts';
import type { ApiStyle } from './styles/api-style.ts';

/** Everything a browser on another origin may read. */
const EXPOSED_HEADERS = [
  'x-request-id',
  'request-id',
  'openai-processing-ms',
  'retry-after',
  'x-should-retry',
  'x-aigc-output-limit',
  'x-aigc-params',
  'x-aigc-estimate',
  'idempotent-replayed',
  ...RATE_HEADERS,
].join(', ');

const JSON_TYPE = 'application/json; charset=utf-8';
/** A body of at most this length is written with its head in one piece, which saves a write. */
const JOINED_BYTES = 64 * 1024;

export interface ReplyOptions {
  requestId: string;
  /** From `performance.now()`. */
  startedAtMs: number;
  /** Programs in a browser may call with a key; the panel's own path is not opened to other origins. */
  isOpenToOrigins: boolean;
  /** Of the API whose endpoint is asked. */
  style: ApiStyle;
}

/** The answer to one request: collects what its head will say, and sends it once. */
export class Reply {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly requestId: string;
  readonly style: ApiStyle;
  readonly #startedAtMs: number;
  readonly #isOpenToOrigins: boolean;
  /** Set where a limit applies. */
  rate: RateState | null = null;
  /** The limit that was sent upstream because the balance did not cover the model's own maximum. */
  outputLimit: number | null = null;
  /** What became of the request's parameters; null: all travelled as they are. */
  parameters: string | null = null;
  /** The answer is an estimate of the gateway's own, not the upstream's count. */
  isEstimate = false;
  /** The answer was made for an earlier request with the same `Idempotency-Key`. */
  isReplayed = false;

  constructor(req: IncomingMessage, res: ServerResponse, options: ReplyOptions) {
    this.req = req;
    this.res = res;
    this.requestId = options.requestId;
    this.style = options.style;
    this.#startedAtMs = options.startedAtMs;
    this.#isOpenToOrigins = options.isOpenToOrigins;
  }

  /** The client's connection is closed. */
  get isGone(): boolean {
    return this.res.destroyed;
  }

  /** Status and headers are sent. */
  get hasBegun(): boolean {
    return this.res.headersSent;
  }

  /** Sends a complete answer. `HEAD` gets its headers. */
  send(status: number, contentType: string, body: Buffer): void {
    const { res } = this;
    if (res.destroyed) return;
    const head = this.#head(contentType);
    head.push('content-length', String(body.length));
    if (status === 200 && contentType === JSON_TYPE && this.parameters === null) writeOwnHead(res, head);
    else res.writeHead(status, head);
    if (this.req.method === 'HEAD') res.end();
    // As Latin-1 text, bytes travel unchanged, and Node joins text with the head.
    else if (body.length <= JOINED_BYTES) res.end(body.toString('latin1'), 'latin1');
    else {
      res.end(body);
      watchFlush(res);
    }
  }

  json(status: number, value: unknown): void {
    this.send(status, JSON_TYPE, Buffer.from(JSON.stringify(value)));
  }

  /** Sends the head of an answer of bytes, whose length is not known. */
  openBytes(contentType: string): void {
    this.res.writeHead(200, this.#head(contentType));
  }

  /** Sends the head of an event stream. */
  openStream(): void {
    const head = this.#head('text/event-stream; charset=utf-8');
    head.push('cache-control', 'no-cache, no-transform', 'x-accel-buffering', 'no');
    this.res.writeHead(200, head);
  }

  /** Sends a failure in the API's own envelope. Nothing happens if an answer has begun or the client has left. */
  fail(error: AppError, more: readonly string[] = []): void {
    const { req, res } = this;
    if (res.headersSent || res.destroyed) return;
    const body = Buffer.from(JSON.stringify(this.style.envelope(error, this.requestId)));
    const head = this.#head(JSON_TYPE);
    for (const [name, value] of Object.entries(errorHeaders(error))) head.push(name, value);
    head.push('content-length', String(body.length), ...more);
    res.writeHead(error.status, head);
    res.end(req.method === 'HEAD' ? undefined : body);
    if (!req.complete) discardRest(req);
  }

  /** Answers a preflight. `*` does not cover `Authorization`, so the headers asked for are echoed. */
  preflight(methods: string): void {
    const head = this.#identity();
    head.push('access-control-allow-methods', methods, 'access-control-max-age', '86400', 'allow', methods);
    const asked = this.req.headers['access-control-request-headers'];
    if (asked !== undefined) head.push('access-control-allow-headers', asked);
    this.res.writeHead(204, head).end();
  }

  /** Names and values in turn: the form that costs Node least. */
  #head(contentType: string): string[] {
    const head = this.#identity();
    const processingMs = Math.round(performance.now() - this.#startedAtMs);
    head.push('content-type', contentType, 'openai-processing-ms', String(processingMs));
    if (this.outputLimit !== null) head.push('x-aigc-output-limit', String(this.outputLimit));
    if (this.parameters !== null) head.push('x-aigc-params', this.parameters);
    if (this.isEstimate) head.push('x-aigc-estimate', 'true');
    if (this.isReplayed) head.push('idempotent-replayed', 'true');
    if (this.rate !== null) this.style.addRateHeaders(head, this.rate);
    return head;
  }

  #identity(): string[] {
    const head = ['x-request-id', this.requestId, 'request-id', this.requestId];
    if (this.#isOpenToOrigins) {
      head.push('access-control-allow-origin', '*', 'access-control-expose-headers', EXPOSED_HEADERS);
    }
    return head;
  }
}
