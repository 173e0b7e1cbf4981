import type { AccessTokenSource } from '@aigc/providers/definition';
import type { AccessTokens } from './access-tokens.ts';
import type { ActiveExchange, ExchangeHandler, ExchangeRequest } from './exchange-handler.ts';
import { OutboundError } from './outbound-error.ts';
import type { Outbound } from './outbound.ts';

export interface AuthorizedExchangeOptions {
  outbound: Pick<Outbound, 'start'>;
  tokens: AccessTokens;
  source: AccessTokenSource;
  /** What the token is for. */
  secret: string;
  request: ExchangeRequest;
  /** Told of the call itself, never of the token's. */
  handler: ExchangeHandler;
}

/**
 * An exchange that needs an access token: waits for one if none is kept, and is sent once more with a new one
 * if the upstream answers 401, because a token can end or be revoked before its time.
 */
export class AuthorizedExchange implements ActiveExchange, ExchangeHandler {
  readonly #options: AuthorizedExchangeOptions;
  #running: ActiveExchange | null = null;
  #token = '';
  #isSecond = false;
  #isAborted = false;
  #isPaused = false;
  /** The first try was given up before all of its body was sent. */
  #mayHoldBody = false;

  constructor(options: AuthorizedExchangeOptions) {
    this.#options = options;
    this.#authorize();
  }

  get hasReleasedBody(): boolean {
    return !this.#mayHoldBody && (this.#running?.hasReleasedBody ?? this.#isAborted);
  }

  pause(): void {
    this.#isPaused = true;
    this.#running?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#running?.resume();
  }

  abort(): void {
    this.#isAborted = true;
    this.#running?.abort();
  }

  onHeaders(status: number, headers: Readonly<Record<string, string | string[]>>): void {
    const { tokens, secret, handler } = this.#options;
    if (status !== 401 || this.#isSecond) {
      handler.onHeaders(status, headers);
      return;
    }
    this.#isSecond = true;
    this.#running?.abort();
    this.#mayHoldBody = this.#running?.hasReleasedBody === false;
    this.#running = null;
    tokens.drop(secret, this.#token);
    this.#authorize();
  }

  onData(bytes: Buffer): void {
    this.#options.handler.onData(bytes);
  }

  onEnd(): void {
    this.#options.handler.onEnd();
  }

  onError(error: OutboundError): void {
    this.#options.handler.onError(error);
  }

  #authorize(): void {
    const { tokens, source, secret } = this.#options;
    const kept = tokens.current(source, secret);
    if (kept !== null) {
      this.#start(kept);
      return;
    }
    tokens.get(source, secret).then(
      (token) => this.#start(token),
      (error: unknown) => {
        if (this.#isAborted) return;
        const known =
          error instanceof OutboundError ? error : new OutboundError('credential', { cause: error });
        this.#options.handler.onError(known);
      },
    );
  }

  #start(token: string): void {
    if (this.#isAborted) return;
    const { outbound, request } = this.#options;
    this.#token = token;
    const headers = { ...request.headers, authorization: `Bearer ${token}` };
    this.#running = outbound.start({ ...request, headers }, this);
    if (this.#isPaused) this.#running.pause();
  }
}
