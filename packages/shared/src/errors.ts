/**
 * The error catalogue: every failure a caller can see has one stable code here, with the HTTP status and
 * the OpenAI error type it travels under. Messages are public: no secrets, stacks or private addresses.
 */
const invalid = (status: number) => ({ status, type: 'invalid_request_error' }) as const;
const permission = { status: 403, type: 'permission_error' } as const;
const upstream = (status: number) => ({ status, type: 'upstream_error' }) as const;

export const ERROR_CATALOGUE = {
  // input
  invalid_json: invalid(400),
  missing_field: invalid(400),
  invalid_field: invalid(400),
  body_too_deep: invalid(400),
  context_length_exceeded: invalid(400),
  unsupported_parameter: invalid(400),
  endpoint_not_supported: invalid(400),
  invalid_image: invalid(400),
  image_too_large: invalid(400),
  conflicting_credentials: invalid(400),
  address_forbidden: invalid(400),
  method_not_allowed: invalid(405),
  body_too_large: invalid(413),
  unsupported_media_type: invalid(415),
  // identity
  invalid_api_key: invalid(401),
  unauthenticated: invalid(401),
  invalid_credentials: invalid(401),
  insufficient_quota: { status: 402, type: 'insufficient_quota' },
  forbidden: permission,
  origin_not_allowed: permission,
  registration_closed: permission,
  setup_token_invalid: permission,
  key_disabled: permission,
  key_expired: permission,
  key_kind_not_allowed: permission,
  user_deactivated: permission,
  ip_not_allowed: permission,
  model_not_allowed: permission,
  model_api_disabled: permission,
  model_not_priced: permission,
  // state
  not_found: invalid(404),
  model_not_found: invalid(404),
  conflict: invalid(409),
  edit_conflict: invalid(409),
  already_set_up: invalid(409),
  redeem_code_unknown: invalid(404),
  redeem_code_used: invalid(409),
  redeem_code_expired: invalid(409),
  redeem_code_disabled: invalid(409),
  rate_limit_exceeded: { status: 429, type: 'rate_limit_error' },
  // faults
  server_error: { status: 500, type: 'server_error' },
  upstream_unreachable: upstream(502),
  upstream_bad_response: upstream(502),
  upstream_auth_failed: upstream(502),
  upstream_rejected: upstream(502),
  plugin_failed: upstream(502),
  service_unavailable: upstream(503),
  upstream_timeout: upstream(504),
  // never answered, only logged
  client_closed: { status: 499, type: 'server_error' },
  interrupted: { status: 500, type: 'server_error' },
} as const satisfies Record<string, { status: number; type: string }>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** A code and its parameters; `reasons.ts` knows which there are. */
export interface ErrorReason {
  code: string;
  params: Readonly<Record<string, string | number>>;
}

/** Somebody else has changed what was to be changed. */
export interface EditConflict {
  /** The version that is there now: sent with the change, it overwrites. */
  version: number;
  /** Who changed it last, as people know them; null: not a person, or not known. */
  changedBy: string | null;
  /** ISO 8601. */
  changedAt: string | null;
  /** What is there now, as it is read. */
  current: unknown;
}

export interface AppErrorOptions {
  /** The field or parameter at fault, as its caller spells it. */
  param?: string | undefined;
  /** Answered instead of the catalogue's status: an upstream's own 4xx. */
  status?: number | undefined;
  /** Answered instead of the catalogue's type and code: an upstream's own. */
  upstreamType?: string | undefined;
  upstreamCode?: string | null | undefined;
  retryAfterSeconds?: number | undefined;
  /** Trying again is of no use, although it often is for this code. */
  isFinal?: boolean | undefined;
  /** More than one faulty field, for forms: field name to message. */
  fieldErrors?: Record<string, string> | undefined;
  /** Why, as data, for whoever writes it in another language; see `refusals.ts`. */
  reason?: ErrorReason | undefined;
  /** The same of each of `fieldErrors`. */
  fieldReasons?: Record<string, ErrorReason> | undefined;
  /** Of `edit_conflict`: what is there now, and who made it so. */
  conflict?: EditConflict | undefined;
  /** For logs only; never sent. */
  cause?: unknown;
}

/** A failure with a code of the catalogue and a message that its caller may read. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly options: AppErrorOptions;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = options.status ?? ERROR_CATALOGUE[code].status;
    this.options = options;
  }
}

/** True if the same request may succeed when sent again later: what `x-should-retry` must not deny. */
export function isRetryable(error: AppError): boolean {
  if (error.options.isFinal === true) return false;
  if (error.code === 'rate_limit_exceeded') return true;
  return (
    error.code === 'service_unavailable' ||
    error.code === 'upstream_timeout' ||
    error.code === 'upstream_unreachable'
  );
}
