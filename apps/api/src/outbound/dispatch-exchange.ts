import type { Dispatcher } from 'undici';
import type { ActiveExchange, ExchangeHandler, ExchangeRequest } from './exchange-handler.ts';
import { OutboundError } from './outbound-error.ts';
import { refuseAnswer } from './refuse-answer.ts';
import { toOutboundError } from './undici-errors.ts';

/** A running exchange on undici's callbacks, with what undici does not enforce itself. */
export class DispatchExchange implements Dispatcher.DispatchHandler, ActiveExchange {
  readonly #handler: ExchangeHandler;
  readonly #maxBytes: number;
  readonly #onDone: (exchange: DispatchExchange, failure: OutboundError | null) => void;
  readonly #totalTimer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | null = null;
  #receivedBytes = 0;
  #failure: OutboundError | null = null;
  #isDone = false;

  constructor(
    request: ExchangeRequest,
    handler: ExchangeHandler,
    onDone: (exchange: DispatchExchange, failure: OutboundError | null) => void,
  ) {
    this.#handler = handler;
    this.#maxBytes = request.maxResponseBytes;
    this.#onDone = onDone;
    this.#totalTimer = setTimeout(
      () => this.fail(new OutboundError('total_timeout')),
      request.totalTimeoutMs,
    );
  }

  pause(): void {
    if (!this.#isDone) this.#controller?.pause();
  }

  resume(): void {
    if (!this.#isDone) this.#controller?.resume();
  }

  abort(): void {
    this.#stop(new OutboundError('aborted'));
  }

  /** Ends the exchange with an error; the socket is closed. */
  fail(error: OutboundError): void {
    if (this.#stop(error)) this.#handler.onError(error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It was given up while it waited for a connection.
    if (this.#failure !== null) controller.abort(this.#failure);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200 || this.#isDone) return;
    const refusal = refuseAnswer(status, headers, this.#maxBytes);
    if (refusal === null) this.#handler.onHeaders(status, headers as Record<string, string | string[]>);
    else this.fail(refusal);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isDone) return;
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes > this.#maxBytes) this.fail(new OutboundError('too_large'));
    else this.#handler.onData(chunk);
  }

  onResponseEnd(): void {
    if (this.#isDone) return;
    this.#finish(null);
    this.#handler.onEnd();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#isDone) return;
    // undici refuses some requests within `dispatch`, but a handler is told of nothing before `start` returned.
    if (this.#controller === null) queueMicrotask(() => this.fail(toOutboundError(error)));
    else this.fail(toOutboundError(error));
  }

  #stop(error: OutboundError): boolean {
    if (this.#isDone) return false;
    this.#failure = error;
    this.#finish(error);
    this.#controller?.abort(error);
    return true;
  }

  #finish(failure: OutboundError | null): void {
    this.#isDone = true;
    clearTimeout(this.#totalTimer);
    this.#onDone(this, failure);
  }
}
