import { NO_USAGE } from '@aigc/core/calls/call';
import type { AppError } from '@aigc/shared/errors';
import type { GatewayDeps } from '../gateway-deps.ts';
import type { Authenticated, ParsedRequest, ResolvedModel } from './contexts.ts';
import { describeCall } from './describe-call.ts';
import { outcomeOf } from './call-end.ts';

const LOGGED_REFUSALS = new Set([402, 403, 429]);

/**
 * Logs that a known caller was refused. Nobody waits for it, and an unknown key is not logged: it would let
 * anybody fill the table.
 */
export function refuse(
  deps: Pick<GatewayDeps, 'books'>,
  context: Authenticated & { request?: ParsedRequest; model?: ResolvedModel | null },
  error: AppError,
): void {
  if (!LOGGED_REFUSALS.has(error.status)) return;
  const call = describeCall(context, context.request ?? null, context.model ?? null);
  const end = { error, usage: NO_USAGE, httpStatus: error.status, ttftMs: null };
  deps.books.refuse(call, outcomeOf(end, { price: null, startedAtMs: context.startedAtMs }));
}
