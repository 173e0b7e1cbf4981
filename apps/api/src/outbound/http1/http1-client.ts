import type { ExchangeHandler, ExchangeRequest } from '../exchange-handler.ts';
import type { GuardedConnect, OnPhase } from '../guarded-connector.ts';
import { OutboundError, type Trust } from '../outbound-error.ts';
import { Connection, type ConnectionHost } from './connection.ts';
import { Deadlines } from './deadlines.ts';
import { Http1Exchange, type ExchangeHost } from './http1-exchange.ts';
import { IdleConnections } from './idle-connections.ts';
import { PreparedTargets, type PreparedTarget } from './prepared-target.ts';

export interface StartOptions {
  /** The request was handed to a socket. */
  onSent?: (() => void) | undefined;
  /** Makes a connection of its own, which is closed with the exchange, and tells about its phases. */
  onPhase?: OnPhase | undefined;
}

/**
 * A strict HTTP/1.1 client for configured upstreams: pooled connections, one exchange on each at a time.
 * It saves what a general client must have and this one need not: streams, promises, signals, upgrades.
 */
export class Http1Client {
  readonly #targets = new PreparedTargets();
  readonly #idle = new IdleConnections();
  readonly #deadlines = new Deadlines<Http1Exchange>(() => this.#idle.closeExpired());
  readonly #onFailure: (trust: Trust, error: OutboundError) => void;
  readonly #connections = new Set<Connection>();
  /** Those that were made under the rules of now, and not for one exchange alone. */
  readonly #reusable = new Set<Connection>();
  readonly #connectionHost: ConnectionHost;
  readonly #exchangeHost: ExchangeHost;
  #connect: GuardedConnect;
  #isClosed = false;

  /** `onFault` is told what a handler threw when its exchange was over. */
  constructor(
    connect: GuardedConnect,
    onFailure: (trust: Trust, error: OutboundError) => void,
    onFault: (error: unknown) => void,
  ) {
    this.#connect = connect;
    this.#onFailure = onFailure;
    this.#connectionHost = {
      onIdle: (connection) => {
        if (!this.#reusable.has(connection)) return false;
        this.#idle.put(connection);
        return true;
      },
      onClosed: (connection) => {
        this.#idle.remove(connection);
        this.#reusable.delete(connection);
        this.#connections.delete(connection);
      },
      onFault,
    };
    this.#exchangeHost = {
      deadlines: this.#deadlines,
      connect: (exchange) => {
        if (exchange.target !== null) this.#open(exchange, exchange.target, undefined);
      },
      onFailure: (exchange, error) => this.#onFailure(exchange.request.trust, error),
    };
  }

  start(request: ExchangeRequest, handler: ExchangeHandler, options?: StartOptions): Http1Exchange {
    const exchange = new Http1Exchange(this.#exchangeHost, request, { handler, onSent: options?.onSent });
    let target: PreparedTarget;
    try {
      if (this.#isClosed) throw new OutboundError('aborted');
      target = this.#targets.get(request);
    } catch (error) {
      const failure =
        error instanceof OutboundError ? error : new OutboundError('invalid_request', { cause: error });
      queueMicrotask(() => exchange.fail(failure));
      return exchange;
    }
    exchange.target = target;
    const idle = options?.onPhase === undefined ? this.#idle.take(target.origin) : null;
    if (idle === null) this.#open(exchange, target, options?.onPhase);
    else idle.send(exchange);
    return exchange;
  }

  /** Other rules for connections: those that were made under the old ones are not used again. */
  replaceConnector(connect: GuardedConnect): void {
    this.#connect = connect;
    this.#reusable.clear();
    this.#idle.closeAll();
  }

  /** Cancels what runs and closes every socket. */
  close(): void {
    this.#isClosed = true;
    for (const exchange of this.#deadlines.list()) exchange.fail(new OutboundError('aborted'));
    this.#idle.closeAll();
    for (const connection of this.#connections) connection.destroy();
  }

  #open(exchange: Http1Exchange, target: PreparedTarget, onPhase: OnPhase | undefined): void {
    const { origin, hostname, port, isHttps } = target;
    const connection = new Connection(origin, this.#connectionHost);
    const connect = this.#connect;
    exchange.cancelConnecting = connect(
      { hostname, port, isHttps, onPhase, onread: connection.readOptions() },
      (error, socket) => {
        if (socket === null) {
          exchange.fail(error ?? new OutboundError('refused'));
          return;
        }
        this.#connections.add(connection);
        // The rules may have changed while it was made.
        if (onPhase === undefined && connect === this.#connect) this.#reusable.add(connection);
        connection.open(socket, !isHttps);
        connection.send(exchange);
      },
    );
  }
}
