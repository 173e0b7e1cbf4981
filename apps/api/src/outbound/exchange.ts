import type { ExchangeHandler } from './exchange-handler.ts';
import type { Http1Exchange } from './http1/http1-exchange.ts';
import { OutboundError } from './outbound-error.ts';
import type { OutboundRequest, OutboundResponse } from './outbound.ts';
import { ResponseBody } from './response-body.ts';

/** Makes an `OutboundResponse` of what a handler is told. */
export class Exchange implements ExchangeHandler {
  readonly response: Promise<OutboundResponse>;
  readonly #settle: { resolve(response: OutboundResponse): void; reject(error: OutboundError): void };
  readonly #signal: AbortSignal | undefined;
  readonly #startedAt = performance.now();
  #sentMs = 0;
  #running: Http1Exchange | null = null;
  #body: ResponseBody | null = null;

  constructor(request: OutboundRequest) {
    const { promise, resolve, reject } = Promise.withResolvers<OutboundResponse>();
    this.response = promise;
    this.#settle = { resolve, reject };
    this.#signal = request.signal;
  }

  /** The exchange that was started with this handler. */
  follow(running: Http1Exchange): void {
    this.#running = running;
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  onSent(): void {
    this.#sentMs = performance.now() - this.#startedAt;
  }

  onHeaders(status: number, headers: Readonly<Record<string, string | string[]>>): void {
    this.#body = new ResponseBody({
      pause: () => this.#running?.pause(),
      resume: () => this.#running?.resume(),
      cancel: (reason) => this.#running?.fail(new OutboundError('aborted', { cause: reason })),
    });
    this.#settle.resolve({
      status,
      headers,
      body: this.#body,
      timings: { sentMs: this.#sentMs, firstByteMs: performance.now() - this.#startedAt },
    });
  }

  onData(bytes: Buffer): void {
    this.#body?.push(bytes);
  }

  onEnd(): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#body?.end();
  }

  onError(error: OutboundError): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#settle.reject(error);
    this.#body?.fail(error);
  }

  readonly #onAbort = (): void => {
    this.#running?.fail(new OutboundError('aborted', { cause: this.#signal?.reason }));
  };
}
