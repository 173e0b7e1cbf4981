import type { ModelEntry, RateLimits } from '@aigc/core/snapshot/snapshot';
import { AppError } from '@aigc/shared/errors';
import type { Admission, LimitedSubject } from '../../limits/limiter.ts';
import { retryAfterSeconds } from '../../limits/rate-headers.ts';
import { boundPromptTokens } from '../body/prompt-bound.ts';
import type { GatewayDeps } from '../gateway-deps.ts';
import type { Admitted, ParsedRequest, Resolved, TokenBounds } from './contexts.ts';

/** Output bound of a model that says neither its maximum nor its context length. */
const DEFAULT_OUTPUT_BOUND = 32_768;

/** Of all models that may answer: limits are taken and money is held once. */
function boundsOf({ request, model: { entry }, fallbacks }: Resolved): TokenBounds {
  const bounds = boundsFor(request, entry);
  for (const fallback of fallbacks) {
    const { prompt, output } = boundsFor(request, fallback);
    bounds.prompt = Math.max(bounds.prompt, prompt);
    bounds.output = Math.max(bounds.output, output);
  }
  return bounds;
}

function boundsFor(request: ParsedRequest, entry: ModelEntry): TokenBounds {
  const most = entry.maxOutputTokens ?? entry.contextLength ?? DEFAULT_OUTPUT_BOUND;
  return {
    prompt:
      boundPromptTokens(request.body, entry.contextLength, request.fillsContext) +
      (request.extraPromptTokens ?? 0),
    output: request.outputLimit === null ? most : Math.min(request.outputLimit, most),
  };
}

function isLimited({ rpm, tpm, concurrency }: RateLimits): boolean {
  return rpm !== null || tpm !== null || concurrency !== null;
}

/** What limits are counted under: `key:12`, `user:usr_…`, `model:5`. */
class SubjectIds {
  readonly #kind: string;
  readonly #known = new Map<number | string, string>();

  constructor(kind: string) {
    this.#kind = kind;
  }

  /** The same text for the same id: tables find a text that they know several times faster than a new one. */
  of(id: number | string): string {
    let subject = this.#known.get(id);
    if (subject === undefined) {
      if (this.#known.size >= MAX_KNOWN_IDS) this.#known.clear();
      subject = `${this.#kind}:${id}`;
      this.#known.set(id, subject);
    }
    return subject;
  }
}

const MAX_KNOWN_IDS = 10_000;
const keyIds = new SubjectIds('key');
const userIds = new SubjectIds('user');
const modelIds = new SubjectIds('model');

/** Those of key, user and model that have limits. */
function subjectsOf({ caller: { key, user }, model: { entry } }: Resolved): LimitedSubject[] {
  const subjects: LimitedSubject[] = [];
  if (key !== null && isLimited(key.limits)) subjects.push({ id: keyIds.of(key.id), limits: key.limits });
  if (isLimited(user.limits)) subjects.push({ id: userIds.of(user.id), limits: user.limits });
  if (isLimited(entry.limits)) subjects.push({ id: modelIds.of(entry.id), limits: entry.limits });
  return subjects;
}

const WHOSE: Record<string, string> = { key: 'this API key', user: 'your account', model: 'this model' };
const OF_WHAT = {
  requests: 'requests per minute',
  tokens: 'tokens per minute',
  concurrency: 'calls at once',
};

function limitExceeded({ refusedBy, retryAfterMs }: Admission & { admitted: false }): AppError {
  const whose = WHOSE[kindOf(refusedBy.subject)] ?? 'this call';
  return new AppError(
    'rate_limit_exceeded',
    `The limit of ${refusedBy.limit} ${OF_WHAT[refusedBy.kind]} for ${whose} is reached. Try again later.`,
    { retryAfterSeconds: retryAfterSeconds(retryAfterMs) },
  );
}

/** Whose limit: `key`, `user` or `model`. */
function kindOf(subject: string): string {
  return subject.slice(0, subject.indexOf(':'));
}

function admitted(
  deps: Pick<GatewayDeps, 'metrics'>,
  { resolved, bounds }: { resolved: Resolved; bounds: TokenBounds },
  admission: Admission,
): Admitted {
  resolved.reply.rate = admission.state;
  if (!admission.admitted) {
    const { kind, subject } = admission.refusedBy;
    deps.metrics.limited(kind, kindOf(subject));
    throw limitExceeded(admission);
  }
  return { ...resolved, bounds, permit: admission.permit };
}

/**
 * Takes the call's place in the limits of key, user and model, with the most tokens that it can use. Whoever
 * has the permit must end it. At once if the counters are in this process.
 */
export function checkLimits(deps: GatewayDeps, resolved: Resolved): Admitted | Promise<Admitted> {
  const bounds = boundsOf(resolved);
  const subjects = subjectsOf(resolved);
  if (subjects.length === 0) return { ...resolved, bounds, permit: null };
  const admission = deps.limiter.admit(
    subjects,
    bounds.prompt + bounds.output * resolved.request.completions,
  );
  return admission instanceof Promise
    ? admission.then((answer) => admitted(deps, { resolved, bounds }, answer))
    : admitted(deps, { resolved, bounds }, admission);
}
