import type { AppError } from '@aigc/shared/errors';
import { toAppError } from '../errors.ts';
import type { GatewayDeps } from '../gateway-deps.ts';
import { claimOf } from '../idempotency/claim-key.ts';
import { HeldKey } from '../idempotency/held-key.ts';
import type { Reply } from '../reply.ts';
import { checkLimits } from './check-limits.ts';
import type { Admitted, Authenticated, Parsed, ParsedRequest, Reserved, Resolved } from './contexts.ts';
import { requireSomeCarriage } from './find-candidates.ts';
import { refuse } from './refuse.ts';
import { reserve } from './reserve.ts';
import { resolveModel } from './resolve-model.ts';
import type { RunningCalls } from './running-calls.ts';
import { SoundCall } from './sound-call.ts';
import { StreamCall } from './stream-call.ts';
import { UnaryCall, type ShapeAnswer } from './unary-call.ts';

export interface CallOptions {
  deps: GatewayDeps;
  running: RunningCalls;
  authenticated: Authenticated;
  request: ParsedRequest;
  /** How a complete answer is given its final form; null: it is passed on as it came. */
  shape: ShapeAnswer | null;
}

/**
 * The stages of a call after its request is understood: claim its key, resolve the model, check limits, hold;
 * then the call runs, is metered and settled by itself. At once where memory knows enough: a promise for each stage
 * would cost every call turns of the event loop.
 * @throws AppError before the call has begun; the caller of this function answers with it
 */
export function runCall(options: CallOptions): void | Promise<void> {
  const parsed: Parsed = { ...options.authenticated, request: options.request };
  const claim = claimOf(parsed);
  return claim === null ? begin(options, parsed, null) : runClaimed(options, parsed, claim);
}

async function runClaimed(
  options: CallOptions,
  parsed: Parsed,
  claim: NonNullable<ReturnType<typeof claimOf>>,
): Promise<void> {
  const held = await options.deps.claims.hold(claim, parsed.reply);
  if (!(held instanceof HeldKey)) {
    if ('error' in held) throw held.error;
    repeatAnswer(parsed.reply, held.answer);
    return;
  }
  try {
    await begin(options, parsed, held);
  } catch (cause) {
    const error = toAppError(cause);
    held.release(error);
    throw error;
  }
}

function begin(
  { deps, running, shape }: CallOptions,
  parsed: Parsed,
  heldKey: HeldKey | null,
): void | Promise<void> {
  const start = (context: Reserved): void => {
    const call = { deps, running, context, heldKey };
    if (context.request.isStream) new StreamCall(call).start();
    else if (context.request.endpoint === 'audio/speech') new SoundCall(call).start();
    else new UnaryCall(call, shape).start();
  };
  return then(admit(deps, parsed), start);
}

function repeatAnswer(reply: Reply, { contentType, body }: { contentType: string; body: Buffer }): void {
  reply.isReplayed = true;
  reply.send(200, contentType, body);
}

/** Finds the model, takes a place in the limits and sets the money aside; refusals of a known caller are logged. */
function admit(deps: GatewayDeps, parsed: Parsed): Reserved | Promise<Reserved> {
  let resolved: Resolved | null = null;
  let admitted: Admitted | null = null;
  const refused = (cause: unknown): AppError => {
    const error = toAppError(cause);
    admitted?.permit?.end(0);
    refuse(deps, resolved ?? parsed, error);
    return error;
  };
  try {
    const checked = then(resolveModel(deps, parsed), (found) => {
      resolved = found;
      requireSomeCarriage(deps, found);
      return checkLimits(deps, found);
    });
    const reserved = then(checked, (found) => {
      admitted = found;
      return reserve(deps, found);
    });
    const context = then(reserved, (found) => {
      found.reply.outputLimit = found.appliedOutputLimit;
      return found;
    });
    if (!(context instanceof Promise)) return context;
    return context.catch((cause: unknown) => {
      throw refused(cause);
    });
  } catch (cause) {
    throw refused(cause);
  }
}

/** The next stage, at once if the one before answered at once. */
function then<T, U>(value: T | Promise<T>, stage: (value: T) => U | Promise<U>): U | Promise<U> {
  return value instanceof Promise ? value.then(stage) : stage(value);
}
