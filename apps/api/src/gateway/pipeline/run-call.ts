import { toAppError } from '../errors.ts';
import type { GatewayDeps } from '../gateway-deps.ts';
import { claimOf } from '../idempotency/claim-key.ts';
import { HeldKey } from '../idempotency/held-key.ts';
import type { Reply } from '../reply.ts';
import { requireCarriage } from '../carriage/carry.ts';
import { checkLimits } from './check-limits.ts';
import type { Admitted, Authenticated, Parsed, ParsedRequest, Reserved, Resolved } from './contexts.ts';
import { refuse } from './refuse.ts';
import { reserve } from './reserve.ts';
import { resolveModel } from './resolve-model.ts';
import type { RunningCalls } from './running-calls.ts';
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
 * then the call runs, is metered and settled by itself.
 * @throws AppError before the call has begun; the caller of this function answers with it
 */
export async function runCall(options: CallOptions): Promise<void> {
  const { deps, running } = options;
  const parsed: Parsed = { ...options.authenticated, request: options.request };
  const claim = claimOf(parsed);
  const held = claim === null ? null : await deps.claims.hold(claim, parsed.reply);
  if (held !== null && !(held instanceof HeldKey)) {
    if ('error' in held) throw held.error;
    repeatAnswer(parsed.reply, held.answer);
    return;
  }
  try {
    const context = await admit(deps, parsed);
    const call = { deps, running, context, heldKey: held };
    if (context.request.isStream) new StreamCall(call).start();
    else new UnaryCall(call, options.shape).start();
  } catch (cause) {
    const error = toAppError(cause);
    held?.release(error);
    throw error;
  }
}

function repeatAnswer(reply: Reply, { contentType, body }: { contentType: string; body: Buffer }): void {
  reply.isReplayed = true;
  reply.send(200, contentType, body);
}

/** Finds the model, takes a place in the limits and sets the money aside; refusals of a known caller are logged. */
async function admit(deps: GatewayDeps, parsed: Parsed): Promise<Reserved> {
  // Stages answer at once where memory knows enough; awaiting those all the same would cost turns of the event loop.
  let resolved: Resolved | null = null;
  let admitted: Admitted | null = null;
  try {
    const found = resolveModel(deps, parsed);
    resolved = found instanceof Promise ? await found : found;
    requireCarriage(resolved.request, resolved.model);
    const checked = checkLimits(deps, resolved);
    admitted = checked instanceof Promise ? await checked : checked;
    const reserved = reserve(deps, admitted);
    const context = reserved instanceof Promise ? await reserved : reserved;
    context.reply.outputLimit = context.appliedOutputLimit;
    return context;
  } catch (cause) {
    const error = toAppError(cause);
    admitted?.permit?.end(0);
    refuse(deps, resolved ?? parsed, error);
    throw error;
  }
}
