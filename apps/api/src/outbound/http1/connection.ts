import type { OnReadOpts, Socket } from 'node:net';
import { OutboundError } from '../outbound-error.ts';
import type { Http1Exchange } from './http1-exchange.ts';
import { writeRequest } from './request-writer.ts';
import type { ResponseHead } from './response-head.ts';
import { ResponseParser } from './response-parser.ts';

/** What a connection needs from its client. */
export interface ConnectionHost {
  /** It can take another request; false when it is not wanted. */
  onIdle(connection: Connection): boolean;
  onClosed(connection: Connection): void;
  /** A handler threw although its exchange was over: nobody else can be told. */
  onFault(error: unknown): void;
}

// Some servers close idle connections after 5 s without saying so; a request must not meet that.
const KEEP_ALIVE_MS = 4_000;
/** A server that announces its own time closes on it, seen from its side of the network. */
const KEEP_ALIVE_MARGIN_MS = 1_000;
const MAX_KEEP_ALIVE_MS = 60_000;

/**
 * What every connection without TLS reads into: reading, parsing and copying what is kept happen within one
 * callback, so one buffer serves them all, and ten thousand silent streams hold none.
 */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024);

/** One socket to an upstream: one exchange at a time, idle in between. */
export class Connection {
  readonly origin: string;
  readonly #host: ConnectionHost;
  readonly #parser = new ResponseParser();
  #socket: Socket | null = null;
  #exchange: Http1Exchange | null = null;
  #wasIdle = false;
  #hasAnswered = false;
  #idleUntil = 0;

  constructor(origin: string, host: ConnectionHost) {
    this.origin = origin;
    this.#host = host;
  }

  /** For the socket that is made for this connection. */
  readOptions(): OnReadOpts {
    return {
      buffer: readBuffer,
      callback: (length) => {
        this.#receive(readBuffer, length);
        return true;
      },
    };
  }

  /** The socket is connected. */
  open(socket: Socket, readsIntoBuffer: boolean): void {
    this.#socket = socket;
    if (!readsIntoBuffer) socket.on('data', (bytes: Buffer) => this.#receive(bytes, bytes.length));
    socket.on('end', () => this.#ended());
    socket.on('error', (error) => this.#lost(error));
    socket.on('close', () => {
      this.#lost(null);
      this.#host.onClosed(this);
    });
  }

  /** Whether a request may be sent on it, `now` by `performance.now()`. */
  isUsable(now: number): boolean {
    const socket = this.#socket;
    return (
      socket !== null &&
      now < this.#idleUntil &&
      !socket.destroyed &&
      !socket.readableEnded &&
      socket.writable
    );
  }

  send(exchange: Http1Exchange): void {
    const { target, request } = exchange;
    if (this.#socket === null || target === null) return;
    this.#exchange = exchange;
    writeRequest(this.#socket, target.head, request);
    exchange.sent(this);
  }

  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  /** The exchange is over before its answer is: nothing can follow on this connection. */
  abandon(): void {
    this.#exchange = null;
    this.destroy();
  }

  destroy(): void {
    this.#socket?.destroy();
  }

  #receive(bytes: Buffer, length: number): void {
    const exchange = this.#exchange;
    if (exchange === null) {
      // Nobody asked: taken for the answer to the next request, it would be somebody else's.
      this.destroy();
      return;
    }
    this.#hasAnswered = true;
    try {
      this.#handOn(exchange, bytes, length);
    } catch (error) {
      this.#failBy(error, exchange);
    }
  }

  /** A handler's fault is its exchange's alone; the process, and all that it carries, goes on. */
  #failBy(error: unknown, exchange: Http1Exchange): void {
    if (exchange.isDone) this.#host.onFault(error);
    else exchange.fail(new OutboundError('bad_response', { cause: error }));
  }

  #handOn(exchange: Http1Exchange, bytes: Buffer, length: number): void {
    const parser = this.#parser;
    let event = parser.read(bytes, 0, length);
    if (event === 'head' && parser.head !== null) {
      exchange.takeHead(parser.head);
      if (this.#exchange !== exchange) return;
      event = parser.read(bytes, parser.position, length);
    }
    if (parser.bodyEnd > parser.bodyStart) {
      exchange.takeBody(bodyOf(bytes, parser));
      if (this.#exchange !== exchange) return;
    }
    if (event === 'more') exchange.awaitMore();
    else if (event === 'end') this.#complete(exchange, parser.position === length);
    else exchange.fail(new OutboundError('bad_response'));
  }

  #complete(exchange: Http1Exchange, isCleanEnd: boolean): void {
    const { head } = this.#parser;
    this.#exchange = null;
    if (exchange.isPaused) this.resume();
    // What follows an answer was not asked for, and an answer that overtakes its request leaves a rest of it.
    const isWritten = this.#socket?.writableLength === 0;
    const mayReuse = isCleanEnd && head !== null && head.mayReuse && isWritten;
    if (!mayReuse || !this.#waitIdle(head)) this.destroy();
    exchange.complete(isWritten);
  }

  #waitIdle({ keepAliveMs }: ResponseHead): boolean {
    const idleMs =
      keepAliveMs === null ? KEEP_ALIVE_MS : Math.min(keepAliveMs - KEEP_ALIVE_MARGIN_MS, MAX_KEEP_ALIVE_MS);
    if (idleMs <= 0) return false;
    this.#parser.reset();
    this.#wasIdle = true;
    this.#hasAnswered = false;
    this.#idleUntil = performance.now() + idleMs;
    return this.#host.onIdle(this);
  }

  #ended(): void {
    const exchange = this.#exchange;
    const event = this.#parser.readEnd();
    try {
      if (exchange !== null && event === 'end') this.#complete(exchange, false);
      else if (exchange !== null && event === 'invalid') exchange.fail(new OutboundError('bad_response'));
      else this.#lost(null);
    } catch (error) {
      this.#host.onFault(error);
    }
    this.destroy();
  }

  #lost(cause: Error | null): void {
    const exchange = this.#exchange;
    this.#exchange = null;
    try {
      exchange?.lost(cause, this.#wasIdle && !this.#hasAnswered);
    } catch (error) {
      this.#host.onFault(error);
    }
  }
}

function bodyOf(bytes: Buffer, { bodyStart, bodyEnd }: ResponseParser): Buffer {
  if (bytes !== readBuffer) return bytes.subarray(bodyStart, bodyEnd);
  const kept = Buffer.allocUnsafe(bodyEnd - bodyStart);
  bytes.copy(kept, 0, bodyStart, bodyEnd);
  return kept;
}
