import type { BeginResult, SpendingNeed } from '@aigc/core/calls/call-books';
import { affordableOutput, holdUnits, type CostBounds } from '@aigc/core/calls/cost-units';
import type { ModelEntry } from '@aigc/core/snapshot/snapshot';
import { AppError } from '@aigc/shared/errors';
import { trimMoney } from '@aigc/shared/money';
import { fromUnits, type MoneyUnits } from '@aigc/shared/money-units';
import type { GatewayDeps } from '../gateway-deps.ts';
import type { Admitted, Reserved } from './contexts.ts';
import { describeCall } from './describe-call.ts';
import { MAX_CALL_SECONDS } from './upstream-request.ts';

/** When the balance is small, a call without a limit gets at most this share of it … */
const SHARE_OF_BALANCE = 4n;
/** … and is refused if that does not pay for this many tokens. */
const MIN_OUTPUT_TOKENS = 256;

type Lacking = BeginResult & { begun: false };

function insufficient(
  deps: Pick<GatewayDeps, 'metrics'>,
  amount: MoneyUnits,
  { lacking, available }: Lacking,
): AppError {
  deps.metrics.limited(lacking, lacking === 'balance' ? 'account' : 'key');
  const [what, remedy] =
    lacking === 'balance'
      ? ['balance', 'Ask an administrator to top up, or lower max_tokens.']
      : ['budget of this API key', 'Wait for its next period, raise it, or lower max_tokens.'];
  const needed = trimMoney(fromUnits(amount));
  const left = trimMoney(fromUnits(available));
  return new AppError(
    'insufficient_quota',
    `The ${what} does not cover what this call can cost: up to ${needed} is needed, ${left} is available. ${remedy}`,
  );
}

/** All that a call can use except output; what is no token only where the model has prices for such things. */
function boundsWithoutOutput(
  { request, bounds }: Admitted,
  { price }: ModelEntry,
): Omit<CostBounds, 'outputTokens'> {
  const inputTokens = bounds.prompt;
  if (price === null || price.extras === null) return { inputTokens };
  const details = { ...request.detailBounds, calls: 1, durationSeconds: MAX_CALL_SECONDS };
  return { inputTokens, details };
}

/** Of the dearest of the models that may answer. */
function holdOf(admitted: Admitted, outputTokens: number): MoneyUnits {
  const most = holdFor(admitted, admitted.model.entry, outputTokens);
  return admitted.fallbacks.reduce((dearest, entry) => {
    const hold = holdFor(admitted, entry, outputTokens);
    return hold > dearest ? hold : dearest;
  }, most);
}

function holdFor(admitted: Admitted, entry: ModelEntry, outputTokens: number): MoneyUnits {
  return holdUnits(entry.price, {
    ...boundsWithoutOutput(admitted, entry),
    outputTokens: outputTokens * admitted.request.completions,
  });
}

/** Tokens of output that this much pays for, whichever of the models answers: the fewest. */
function affordableTokens(admitted: Admitted, available: MoneyUnits): number {
  const counts = [admitted.model.entry, ...admitted.fallbacks].map((entry) => {
    if (entry.price === null) return Infinity;
    return affordableOutput(entry.price, available, boundsWithoutOutput(admitted, entry)) ?? Infinity;
  });
  return Math.min(...counts);
}

/** The output limit that a quarter of what is available pays for. @throws AppError `insufficient_quota` if it is too little */
function affordableLimit(
  deps: Pick<GatewayDeps, 'metrics'>,
  admitted: Admitted,
  { amount, lack }: { amount: MoneyUnits; lack: Lacking },
): number {
  const { request, model } = admitted;
  if (request.outputLimit !== null || model.entry.price === null) throw insufficient(deps, amount, lack);
  const affordable = affordableTokens(admitted, lack.available / SHARE_OF_BALANCE);
  const limit = Number.isFinite(affordable) ? Math.floor(affordable / request.completions) : 0;
  if (limit < MIN_OUTPUT_TOKENS) throw insufficient(deps, holdOf(admitted, MIN_OUTPUT_TOKENS), lack);
  return limit;
}

/**
 * Sets the most this call can cost aside. If the client gave no output limit and the balance does not
 * cover the model's own maximum, the call goes on with a limit that it does cover. At once if this process
 * has the spending power.
 */
export function reserve(deps: GatewayDeps, admitted: Admitted): Reserved | Promise<Reserved> {
  const { caller, model } = admitted;
  const call = describeCall(admitted, admitted.request, model);
  const isFree = model.entry.isLocal || model.ownKey !== null;
  const need = (amount: MoneyUnits): SpendingNeed => ({
    accountId: isFree ? null : caller.accountId,
    amount,
    // What costs nothing cannot exceed a budget.
    budget: isFree ? null : (caller.key?.budget ?? null),
  });
  const amount = holdOf(admitted, admitted.bounds.output);

  const first = deps.books.begin(call, need(amount));
  if (!(first instanceof Promise) && first.begun) return { ...admitted, call, appliedOutputLimit: null };

  const withLimit = async (): Promise<Reserved> => {
    const lack = await first;
    if (lack.begun) return { ...admitted, call, appliedOutputLimit: null };
    const limit = affordableLimit(deps, admitted, { amount, lack });
    const second = await deps.books.begin(call, need(holdOf(admitted, limit)));
    // Another call was quicker and took what was left.
    if (!second.begun) throw insufficient(deps, holdOf(admitted, MIN_OUTPUT_TOKENS), second);
    return { ...admitted, call, appliedOutputLimit: limit };
  };
  return withLimit();
}
