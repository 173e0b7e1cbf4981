import type { ActiveExchange, ExchangeHandler, ExchangeRequest } from '../exchange-handler.ts';
import { OutboundError } from '../outbound-error.ts';
import { refuseAnswer } from '../refuse-answer.ts';
import type { Connection } from './connection.ts';
import type { Deadlines, Timed } from './deadlines.ts';
import type { PreparedTarget } from './prepared-target.ts';
import type { ResponseHead } from './response-head.ts';

/** What an exchange needs from its client. */
export interface ExchangeHost {
  readonly deadlines: Deadlines<Http1Exchange>;
  /** Finds or makes a connection, and sends the exchange on it. */
  connect(exchange: Http1Exchange): void;
  onFailure(exchange: Http1Exchange, error: OutboundError): void;
}

/** One request and its answer: deadlines, caps and refusals, and the order in which the handler is told. */
export class Http1Exchange implements ActiveExchange, Timed {
  readonly request: ExchangeRequest;
  target: PreparedTarget | null = null;
  deadline = Infinity;
  totalDeadline: number;
  deadlineIndex = -1;
  isDone = false;
  isPaused = false;
  hasReleasedBody = false;
  /** Gives up the connection that is being made for it. */
  cancelConnecting: (() => void) | null = null;
  readonly #handler: ExchangeHandler;
  readonly #host: ExchangeHost;
  readonly #onSent: (() => void) | undefined;
  #connection: Connection | null = null;
  #hasHead = false;
  #wasResent = false;
  #receivedBytes = 0;

  constructor(
    host: ExchangeHost,
    request: ExchangeRequest,
    { handler, onSent }: { handler: ExchangeHandler; onSent?: (() => void) | undefined },
  ) {
    this.request = request;
    this.#handler = handler;
    this.#host = host;
    this.#onSent = onSent;
    this.totalDeadline = host.deadlines.after(request.totalTimeoutMs);
    host.deadlines.add(this);
  }

  pause(): void {
    if (this.isPaused || this.isDone) return;
    this.isPaused = true;
    if (this.#hasHead) this.deadline = Infinity;
    this.#connection?.pause();
  }

  resume(): void {
    if (!this.isPaused || this.isDone) return;
    this.isPaused = false;
    if (this.#hasHead) this.#awaitBody();
    this.#connection?.resume();
  }

  abort(): void {
    this.#stop(new OutboundError('aborted'));
  }

  /** Ends the exchange with an error; its socket is closed. */
  fail(error: OutboundError): void {
    if (this.#stop(error)) this.#handler.onError(error);
  }

  onDeadline(isTotal: boolean): void {
    this.fail(
      new OutboundError(isTotal ? 'total_timeout' : this.#hasHead ? 'idle_timeout' : 'headers_timeout'),
    );
  }

  /** From the connection: the request was handed to the socket. */
  sent(connection: Connection): void {
    this.#connection = connection;
    this.cancelConnecting = null;
    this.deadline = this.#host.deadlines.after(this.request.headersTimeoutMs);
    if (this.isPaused) connection.pause();
    this.#onSent?.();
  }

  takeHead(head: ResponseHead): void {
    const refusal = refuseAnswer(head.status, head.headers, this.request.maxResponseBytes);
    if (refusal !== null) {
      this.fail(refusal);
      return;
    }
    this.#hasHead = true;
    this.awaitMore();
    this.#handler.onHeaders(head.status, head.headers);
  }

  takeBody(bytes: Buffer): void {
    this.#receivedBytes += bytes.length;
    if (this.#receivedBytes > this.request.maxResponseBytes) this.fail(new OutboundError('too_large'));
    else this.#handler.onData(bytes);
  }

  /** From the connection: something came, and more is to come. */
  awaitMore(): void {
    if (this.#hasHead && !this.isPaused) this.#awaitBody();
  }

  complete(isWritten: boolean): void {
    this.isDone = true;
    this.hasReleasedBody = isWritten;
    this.#connection = null;
    this.#host.deadlines.remove(this);
    this.#handler.onEnd();
  }

  /**
   * The connection was lost. A connection that had waited idle may have been closed by the upstream before
   * it saw the request; the request is then sent once more, on another one, if that cannot do it twice:
   * - when writing it failed, the upstream never had the whole of it;
   * - a GET may be repeated whatever became of it.
   * Once a byte of an answer came, or a POST was written in full, it fails.
   */
  lost(cause: (Error & { syscall?: string }) | null, wasIdle: boolean): void {
    const mayRepeat = this.request.method === 'GET' || cause?.syscall === 'write';
    if (wasIdle && mayRepeat && !this.#wasResent && !this.isDone) {
      this.#wasResent = true;
      this.#connection = null;
      this.deadline = Infinity;
      this.#host.connect(this);
    } else {
      this.fail(new OutboundError('reset', { cause: cause ?? undefined }));
    }
  }

  #awaitBody(): void {
    this.deadline = this.#host.deadlines.after(this.request.bodyIdleTimeoutMs);
  }

  #stop(error: OutboundError): boolean {
    if (this.isDone) return false;
    this.isDone = true;
    this.#host.deadlines.remove(this);
    this.cancelConnecting?.();
    this.cancelConnecting = null;
    this.#connection?.abandon();
    this.#connection = null;
    this.#host.onFailure(this, error);
    return true;
  }
}
