/** Why an outbound call failed. */
export type OutboundReason =
  | 'address_forbidden'
  | 'invalid_url'
  | 'invalid_request'
  | 'dns'
  | 'refused'
  | 'tls'
  | 'connect_timeout'
  | 'headers_timeout'
  | 'idle_timeout'
  | 'total_timeout'
  | 'reset'
  | 'redirect'
  | 'too_large'
  | 'bad_response'
  | 'credential'
  | 'aborted';

/** Whose address is called: a user's local model, or a provider that administrators configured. */
export type Trust = 'user' | 'operator';

/** Public sentences: no address, no name of a host, nothing that the upstream said. */
const MESSAGES: Record<OutboundReason, string> = {
  address_forbidden: 'The address is private or reserved, and calling it is not allowed here.',
  invalid_url: 'The address is not a valid http or https URL.',
  invalid_request: 'The request holds a header or a value that cannot be sent.',
  dns: 'The host name of the upstream could not be resolved.',
  refused: 'The upstream refused the connection or cannot be reached.',
  tls: 'The TLS connection to the upstream failed.',
  connect_timeout: 'Connecting to the upstream took too long.',
  headers_timeout: 'The upstream did not answer in time.',
  idle_timeout: 'The upstream stopped sending in the middle of its answer.',
  total_timeout: 'The upstream took too long to complete its answer.',
  reset: 'The upstream closed the connection before its answer was complete.',
  redirect: 'The upstream answered with a redirect, which is not followed.',
  too_large: 'The answer of the upstream is too large.',
  bad_response: 'The upstream did not answer in valid, uncompressed HTTP.',
  credential: 'The access token for the upstream could not be got.',
  aborted: 'The call was cancelled.',
};

export interface OutboundErrorDetails {
  /** For logs of operators only: it may hold addresses. */
  cause?: unknown;
  /** The exact `UPSTREAM_ALLOW` entry that would allow a forbidden address. */
  allowEntry?: string | null;
  needsMetadataFlag?: boolean;
  /** The upstream's status, when there was one. */
  status?: number;
  /** Instead of the usual sentence; as public as that. */
  message?: string;
}

/** The one error of outbound calls. `message` is public; `allowEntry` is only for those who may know it. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
  readonly reason: OutboundReason;
  readonly status: number | undefined;
  // Private fields, so that neither JSON nor a logger that copies properties carries them along.
  readonly #allowEntry: string | null;
  readonly #needsMetadataFlag: boolean;

  constructor(reason: OutboundReason, details: OutboundErrorDetails = {}) {
    super(
      details.message ?? MESSAGES[reason],
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.reason = reason;
    this.status = details.status;
    this.#allowEntry = details.allowEntry ?? null;
    this.#needsMetadataFlag = details.needsMetadataFlag ?? false;
  }

  /** For `address_forbidden`: the entry that an administrator would add, e.g. `192.168.1.5:11434`. */
  get allowEntry(): string | null {
    return this.#allowEntry;
  }

  /** For `address_forbidden`: the entry works only with `UPSTREAM_ALLOW_METADATA`. */
  get needsMetadataFlag(): boolean {
    return this.#needsMetadataFlag;
  }
}
