import type { EntityManager } from '@aigc/db/orm';
import type { GatewayDeps } from '../gateway-deps.ts';
import { toAppError } from '../errors.ts';
import type { Http } from '../respond.ts';
import type { Authenticated, ParsedRequest, Reserved, ResolvedModel } from './contexts.ts';
import { describeCall, reserve } from './reserve.ts';
import { resolveModel } from './resolve-model.ts';
import { NOTHING_DELIVERED, clientLeft, runUnary, type ShapeAnswer } from './run-unary.ts';
import { runStream } from './run-stream.ts';
import { createSettlement, logRefusal, type PendingSettlements } from './settlement.ts';

export interface CallOptions {
  deps: GatewayDeps;
  em: EntityManager;
  pending: PendingSettlements;
  http: Http;
  authenticated: Authenticated;
  request: ParsedRequest;
  /** How a complete answer is given its final form. */
  shape: ShapeAnswer;
}

/**
 * The stages of a call after its request is understood: resolve the model, hold, relay, meter, settle.
 * @throws AppError before the answer has begun; the caller of this function answers with it
 */
export async function runCall(options: CallOptions): Promise<void> {
  const reserved = await admit(options);
  if (reserved.appliedOutputLimit !== null) {
    options.http.res.setHeader('x-aigc-output-limit', String(reserved.appliedOutputLimit));
  }
  const { deps, pending } = options;
  const settlement = createSettlement({
    deps,
    pending,
    call: reserved.call,
    startedAtMs: reserved.startedAtMs,
  });
  try {
    if (reserved.request.isStream) {
      await runStream({ deps, context: reserved, settlement, res: options.http.res });
    } else {
      await runUnary({ deps, context: reserved, settlement, http: options.http, shape: options.shape });
    }
  } catch (cause) {
    const error = reserved.clientGone.aborted ? clientLeft() : toAppError(cause);
    if (!settlement.isSettled) {
      await settlement.settle({ error, ...NOTHING_DELIVERED, httpStatus: error.status });
    }
    throw error;
  }
}

/** Finds the model and sets the money aside; refusals of a known caller are logged. */
async function admit({ deps, em, pending, authenticated, request }: CallOptions): Promise<Reserved> {
  let model: ResolvedModel | null = null;
  try {
    const resolved = await resolveModel(deps, em, { ...authenticated, request });
    model = resolved.model;
    return await reserve(deps, em, resolved);
  } catch (cause) {
    const error = toAppError(cause);
    const call = describeCall(authenticated, request, model);
    logRefusal({ deps, pending, call, startedAtMs: authenticated.startedAtMs }, error);
    throw error;
  }
}
