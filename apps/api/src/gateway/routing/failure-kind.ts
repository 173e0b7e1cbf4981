import type { UpstreamErrorBody } from '@aigc/providers/definition';
import type { AppError } from '@aigc/shared/errors';
import { OutboundError, type OutboundReason } from '../../outbound/outbound-error.ts';

/** What a failed attempt means for those that may follow it. */
export type FailureKind =
  /** The upstream refused the credential. */
  | 'authentication'
  /** The account with the upstream is used up. */
  | 'quota'
  | 'rate_limit'
  | 'overloaded'
  /** The client's own request is at fault: every upstream would say so. */
  | 'request'
  | 'content_filter'
  /** The request cannot be put in this upstream's form. */
  | 'unsupported'
  /** The upstream does not know what it was asked for: how it is set up is at fault, not the client. */
  | 'misrouted'
  /** No connection, or it broke before the answer. */
  | 'unreachable'
  | 'timeout'
  /** It answered, but that was a fault or no answer. */
  | 'broken'
  /** This process, or whoever gave the call up. */
  | 'ours';

interface Meaning {
  /** Another upstream may do better. */
  failsOver: boolean;
  /** Counts against the upstream. */
  isBlamed: boolean;
  /** The same upstream may do better in a moment. */
  isPassing: boolean;
  /** Which of several failures a client is told: the highest says most about what it can do. */
  rank: number;
}

const MEANINGS: Record<FailureKind, Meaning> = {
  request: { failsOver: false, isBlamed: false, isPassing: false, rank: 9 },
  content_filter: { failsOver: false, isBlamed: false, isPassing: false, rank: 9 },
  ours: { failsOver: false, isBlamed: false, isPassing: false, rank: 9 },
  rate_limit: { failsOver: true, isBlamed: false, isPassing: true, rank: 8 },
  overloaded: { failsOver: true, isBlamed: true, isPassing: true, rank: 7 },
  timeout: { failsOver: true, isBlamed: true, isPassing: false, rank: 6 },
  broken: { failsOver: true, isBlamed: true, isPassing: false, rank: 5 },
  unreachable: { failsOver: true, isBlamed: true, isPassing: true, rank: 4 },
  misrouted: { failsOver: true, isBlamed: true, isPassing: false, rank: 3 },
  quota: { failsOver: true, isBlamed: true, isPassing: false, rank: 2 },
  unsupported: { failsOver: true, isBlamed: false, isPassing: false, rank: 0 },
  authentication: { failsOver: true, isBlamed: true, isPassing: false, rank: 1 },
};

export function meaningOf(kind: FailureKind): Readonly<Meaning> {
  return MEANINGS[kind];
}

const QUOTA_CODES = new Set(['insufficient_quota', 'billing_hard_limit_reached', 'billing_error']);
const CREDENTIAL_CODES = new Set(['invalid_api_key', 'authentication_error', 'API_KEY_INVALID']);
const FILTER_CODES = new Set(['content_filter', 'content_policy_violation', 'ResponsibleAIPolicyViolation']);
const ROUTE_CODES = new Set(['model_not_found', 'DeploymentNotFound']);

/**
 * What an upstream's error answer means, by its status and its codes. Never by its message: what an upstream says to
 * people, a request can make it say.
 */
export function kindOfRefusal(status: number, said: UpstreamErrorBody | undefined): FailureKind {
  const has = (codes: ReadonlySet<string>): boolean =>
    codes.has(said?.code ?? '') || codes.has(said?.type ?? '');
  if (has(FILTER_CODES)) return 'content_filter';
  if (has(QUOTA_CODES) || status === 402) return 'quota';
  if (has(CREDENTIAL_CODES) || status === 401 || status === 403) return 'authentication';
  if (status === 429) return 'rate_limit';
  if (status === 503 || status === 529) return 'overloaded';
  // What stands before the upstream cannot reach it.
  if (status === 502) return 'unreachable';
  if (status === 504 || status === 408) return 'timeout';
  if (status >= 500) return 'broken';
  // An answer without a reason is none of the API: the address is wrong.
  if (status === 405 || (status === 404 && (said === undefined || has(ROUTE_CODES)))) return 'misrouted';
  return status >= 400 ? 'request' : 'broken';
}

const OUTBOUND_KINDS: Record<OutboundReason, FailureKind> = {
  address_forbidden: 'misrouted',
  invalid_url: 'misrouted',
  invalid_request: 'misrouted',
  dns: 'unreachable',
  refused: 'unreachable',
  tls: 'unreachable',
  reset: 'unreachable',
  connect_timeout: 'timeout',
  headers_timeout: 'timeout',
  idle_timeout: 'timeout',
  total_timeout: 'timeout',
  redirect: 'misrouted',
  too_large: 'broken',
  bad_response: 'broken',
  credential: 'authentication',
  aborted: 'ours',
};

/** What a failure means that is not an error answer: of the connection, of what came instead of an answer, or ours. */
export function kindOfError(error: AppError): FailureKind {
  const { cause } = error.options;
  if (cause instanceof OutboundError) return OUTBOUND_KINDS[cause.reason];
  switch (error.code) {
    case 'upstream_bad_response':
    case 'plugin_failed':
      return 'broken';
    case 'upstream_unreachable':
      return 'unreachable';
    case 'upstream_timeout':
      return 'timeout';
    case 'upstream_auth_failed':
      return 'authentication';
    case 'service_unavailable':
      return 'overloaded';
    case 'rate_limit_exceeded':
      return 'rate_limit';
    default:
      return error.status < 500 ? 'request' : 'ours';
  }
}
