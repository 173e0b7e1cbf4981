import { setTimeout as delay } from 'node:timers/promises';
import { initTRPC } from '@trpc/server';
import type { EditConflict, ErrorCode, ErrorReason } from '@aigc/shared/errors';
import { refusal } from '@aigc/shared/refusals';
import { usePlainZodMessages } from '@aigc/shared/zod-reasons';
import { currentRequestId } from '../http/request-id.ts';
import type { RequestContext } from './context.ts';
import { publicErrorOf, trpcCodeOf } from './errors.ts';
import { refuseUnstorable } from './refuse-unstorable.ts';
import type { PolicyOf, ProcedureMeta } from './policy.ts';

usePlainZodMessages();

/** Comments in a silent stream, so that proxies keep it open and a lost client is noticed. */
const STREAM_PING_MS = 15_000;
/** Changes are heard of within a second anyway. */
const EFFECTIVE_WITHIN_MS = 1_000;
/** A subscription is asked for again after this time, which also checks its session again: it may have expired. */
const SUBSCRIPTION_MAX_MS = 5 * 60_000;

/** The part of an error that is ours; `code`, `httpStatus` and `path` are tRPC's own. */
export interface ErrorData {
  appCode: ErrorCode;
  fieldErrors?: Record<string, string>;
  /** Why, as a code with parameters, for whoever writes it in another language than English. */
  reason?: ErrorReason;
  fieldReasons?: Record<string, ErrorReason>;
  conflict?: EditConflict;
  param?: string;
  /** After which the same call may succeed, where that is known. */
  retryAfterSeconds?: number;
  requestId: string;
}

const t = initTRPC
  .context<RequestContext>()
  .meta<ProcedureMeta>()
  .create({
    isDev: false,
    sse: {
      ping: { enabled: true, intervalMs: STREAM_PING_MS },
      maxDurationMs: SUBSCRIPTION_MAX_MS,
      client: { reconnectAfterInactivityMs: 3 * STREAM_PING_MS },
    },
    jsonl: { pingMs: STREAM_PING_MS },
    errorFormatter({ shape, error, ctx }) {
      const failure = publicErrorOf(error);
      const data: ErrorData = {
        appCode: failure.code,
        ...(failure.fieldErrors === undefined ? {} : { fieldErrors: failure.fieldErrors }),
        ...(failure.reason === undefined ? {} : { reason: failure.reason }),
        ...(failure.fieldReasons === undefined ? {} : { fieldReasons: failure.fieldReasons }),
        ...(failure.conflict === undefined ? {} : { conflict: failure.conflict }),
        ...(failure.param === undefined ? {} : { param: failure.param }),
        ...(failure.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: failure.retryAfterSeconds }),
        requestId: ctx?.requestId ?? currentRequestId(),
      };
      const { path } = shape.data;
      return {
        ...shape,
        message: failure.message,
        data: {
          code: trpcCodeOf(failure),
          httpStatus: failure.status,
          ...(path === undefined ? {} : { path }),
          ...data,
        },
      };
    },
  });

export const { router, createCallerFactory } = t;

/** What goes before every procedure. Each one of a batch gets an entity manager of its own. */
const base = t.procedure.use(async ({ ctx, next, getRawInput, type, signal }) => {
  if (ctx.identityFailure !== null) throw ctx.identityFailure;
  refuseUnstorable(await getRawInput());
  const result = await next({ ctx: { deps: ctx.container.deps() } });
  // Whoever changes a key or a model and then calls it finds the change; elsewhere it is told within a second.
  if (result.ok && type === 'mutation') await effective(ctx.container);
  if (result.ok && type === 'subscription') endWithAccess(ctx, signal);
  return result;
});

/** Nobody goes on hearing what they may hear no more: the caller asks again, as whoever they are by then. */
function endWithAccess(
  { container, actor, identifiedAt, hangUp }: RequestContext,
  signal: AbortSignal | undefined,
): void {
  if (actor === null || signal === undefined || signal.aborted) return;
  const unwatch = container.access.watch(actor.userId, identifiedAt, hangUp);
  signal.addEventListener('abort', unwatch);
}

/** Waits until calls in this process know what was just committed, but not for a database that has gone. */
async function effective({ refreshSnapshot }: RequestContext['container']): Promise<void> {
  await Promise.race([
    refreshSnapshot().catch(() => {}),
    delay(EFFECTIVE_WITHIN_MS, undefined, { ref: false }),
  ]);
}

/** There is no procedure without a policy: these three are the only builders. */
export const publicProcedure = (policy: PolicyOf<'public'>) => base.meta({ tier: 'public', policy });

/** For people who are signed in, and their management keys. */
export const userProcedure = (policy: PolicyOf<'user'>) =>
  base.meta({ tier: 'user', policy }).use(({ ctx, next }) => next({ ctx: requireUser(ctx) }));

/** For administrators of the platform. */
export const adminProcedure = (policy: PolicyOf<'admin'>) =>
  base.meta({ tier: 'admin', policy }).use(({ ctx, next }) => {
    const signedIn = requireUser(ctx);
    if (signedIn.actor.role !== 'admin') throw refusal('administrators_only', {});
    return next({ ctx: signedIn });
  });

function requireUser({ actor, user }: RequestContext) {
  if (actor === null || user === null) throw refusal('sign_in_first', {});
  return { actor, user };
}
