import { createHash } from 'node:crypto';
import type { AccessToken, AccessTokenSource } from '@aigc/providers/definition';
import { CredentialError } from '@aigc/providers/mapping-errors';
import { OutboundError } from './outbound-error.ts';
import type { Outbound } from './outbound.ts';
import { readBody } from './read-body.ts';

/** A token with less time than this is not used any more: the call it is for must get there. */
const MIN_REMAINING_MS = 60_000;
/** A token with less time than this is replaced while it is still used. */
const REFRESH_REMAINING_MS = 5 * 60_000;
/** How long a refused credential is not tried again: every call would ask. */
const REFUSED_FOR_MS = 5_000;
const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 64 * 1024;
/** Users may bring credentials of their own. */
const MAX_KEPT = 1000;

interface Kept {
  token: AccessToken | null;
  asking: Promise<AccessToken> | null;
  refused: { error: OutboundError; untilMs: number } | null;
}

export interface AccessTokensOptions {
  outbound: Pick<Outbound, 'request'>;
  now?: () => number;
}

/**
 * The short-lived tokens that secrets of providers were exchanged for, kept until shortly before they end. Many
 * calls that need the same one wait for one request.
 */
export class AccessTokens {
  readonly #outbound: Pick<Outbound, 'request'>;
  readonly #now: () => number;
  /** By a hash of the secret: two providers with one credential share its token, two credentials never do. */
  readonly #kept = new Map<string, Kept>();

  constructor({ outbound, now = Date.now }: AccessTokensOptions) {
    this.#outbound = outbound;
    this.#now = now;
  }

  /** A token that can be used now, or null: then `get` it. */
  current(source: AccessTokenSource, secret: string): string | null {
    const kept = this.#kept.get(keyOf(secret));
    const remainingMs = (kept?.token?.expiresAtMs ?? 0) - this.#now();
    if (kept === undefined || kept.token === null || remainingMs < MIN_REMAINING_MS) return null;
    if (remainingMs < REFRESH_REMAINING_MS) {
      // Whoever needs a token when this one has ended is told why there is none.
      this.#ask(kept, source, secret).catch(() => undefined);
    }
    return kept.token.token;
  }

  /** @throws OutboundError `credential` with what to mend, or as of any call */
  async get(source: AccessTokenSource, secret: string): Promise<string> {
    const current = this.current(source, secret);
    if (current !== null) return current;
    const kept = this.#keep(secret);
    if (kept.refused !== null && kept.refused.untilMs > this.#now()) throw kept.refused.error;
    return (await this.#ask(kept, source, secret)).token;
  }

  /** A token that was refused although it should be good is not used again. */
  drop(secret: string, token: string): void {
    const kept = this.#kept.get(keyOf(secret));
    if (kept?.token?.token === token) kept.token = null;
  }

  #keep(secret: string): Kept {
    const key = keyOf(secret);
    const kept = this.#kept.get(key) ?? { token: null, asking: null, refused: null };
    // Moved to the end: the first of the map is the one that was not needed for longest.
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    if (this.#kept.size > MAX_KEPT) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    return kept;
  }

  #ask(kept: Kept, source: AccessTokenSource, secret: string): Promise<AccessToken> {
    kept.asking ??= this.#fetch(source, secret)
      .then(
        (token) => {
          Object.assign(kept, { token, refused: null });
          return token;
        },
        (error: unknown) => {
          if (!(error instanceof CredentialError)) throw error;
          const refused = new OutboundError('credential', { message: error.message, cause: error });
          kept.refused = { error: refused, untilMs: this.#now() + REFUSED_FOR_MS };
          throw refused;
        },
      )
      .finally(() => {
        kept.asking = null;
      });
    return kept.asking;
  }

  async #fetch(source: AccessTokenSource, secret: string): Promise<AccessToken> {
    const askedAtMs = this.#now();
    const request = source.request(secret, askedAtMs);
    const answer = await this.#outbound.request({
      ...request,
      method: 'POST',
      trust: 'operator',
      headersTimeoutMs: TIMEOUT_MS,
      totalTimeoutMs: TIMEOUT_MS,
      maxResponseBytes: MAX_ANSWER_BYTES,
    });
    const text = (await readBody(answer, MAX_ANSWER_BYTES)).toString('utf8');
    // A service that is away says nothing about the credential.
    if (answer.status === 429 || answer.status >= 500) {
      throw new OutboundError('bad_response', {
        status: answer.status,
        message: `The token service of the upstream answered ${answer.status}.`,
      });
    }
    return source.read({ status: answer.status, body: parse(text) }, askedAtMs);
  }
}

function keyOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
