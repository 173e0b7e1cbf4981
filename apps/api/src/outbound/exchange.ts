import type { Dispatcher } from 'undici';
import { OutboundError } from './outbound-error.ts';
import type { OutboundRequest, OutboundResponse } from './outbound.ts';
import { refuseAnswer } from './refuse-answer.ts';
import { ResponseBody } from './response-body.ts';
import { toOutboundError } from './undici-errors.ts';

const DEFAULT_TOTAL_TIMEOUT_MS = 15 * 60_000;
const DEFAULT_MAX_RESPONSE_BYTES = 64 * 1024 * 1024;

/**
 * One request and its answer: turns undici's callbacks into an `OutboundResponse`, and enforces what
 * undici does not: cancelling, the total deadline, the size cap, no redirects, no compression.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly response: Promise<OutboundResponse>;
  readonly #settle: { resolve(response: OutboundResponse): void; reject(error: OutboundError): void };
  readonly #request: OutboundRequest;
  readonly #onDone: (failure: OutboundError | null) => void;
  readonly #maxBytes: number;
  readonly #startedAt = performance.now();
  readonly #totalTimer: NodeJS.Timeout;
  #sentMs = 0;
  #receivedBytes = 0;
  #controller: Dispatcher.DispatchController | null = null;
  #body: ResponseBody | null = null;
  #failure: OutboundError | null = null;
  #isDone = false;

  /** `onDone` is called once, when the socket is no longer needed. */
  constructor(request: OutboundRequest, onDone: (failure: OutboundError | null) => void) {
    const { promise, resolve, reject } = Promise.withResolvers<OutboundResponse>();
    this.response = promise;
    this.#settle = { resolve, reject };
    this.#request = request;
    this.#onDone = onDone;
    this.#maxBytes = request.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES;
    this.#totalTimer = setTimeout(
      () => this.fail(new OutboundError('total_timeout')),
      request.totalTimeoutMs ?? DEFAULT_TOTAL_TIMEOUT_MS,
    );
    request.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Ends the exchange with an error; the socket is closed. */
  fail(error: OutboundError): void {
    if (this.#isDone) return;
    this.#failure = error;
    this.#finish(error);
    this.#settle.reject(error);
    this.#body?.fail(error);
    this.#controller?.abort(error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It was given up while it waited for a connection.
    if (this.#failure !== null) controller.abort(this.#failure);
    else this.#sentMs = performance.now() - this.#startedAt;
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200 || this.#isDone) return;
    const refusal = refuseAnswer(status, headers, this.#maxBytes);
    if (refusal !== null) {
      this.fail(refusal);
      return;
    }
    this.#body = new ResponseBody({
      pause: () => controller.pause(),
      resume: () => controller.resume(),
      cancel: (reason) => this.fail(new OutboundError('aborted', { cause: reason })),
    });
    this.#settle.resolve({
      status,
      headers: headers as Record<string, string | string[]>,
      body: this.#body,
      timings: { sentMs: this.#sentMs, firstByteMs: performance.now() - this.#startedAt },
    });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isDone) return;
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes > this.#maxBytes) this.fail(new OutboundError('too_large'));
    else this.#body?.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#isDone) return;
    this.#finish(null);
    this.#body?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.fail(toOutboundError(error));
  }

  readonly #onAbort = (): void => {
    this.fail(new OutboundError('aborted', { cause: this.#request.signal?.reason }));
  };

  #finish(failure: OutboundError | null): void {
    this.#isDone = true;
    clearTimeout(this.#totalTimer);
    this.#request.signal?.removeEventListener('abort', this.#onAbort);
    this.#onDone(failure);
  }
}
