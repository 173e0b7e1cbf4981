import type { EntityManager } from '@aigc/db/orm';
import { beginCall } from '@aigc/core/calls/begin-call';
import type { BegunCall } from '@aigc/core/calls/call';
import { affordableOutputTokens, holdFor } from '@aigc/core/calls/price';
import { money, trimMoney, type Money } from '@aigc/shared/money';
import { AppError } from '@aigc/shared/errors';
import type { GatewayDeps } from '../gateway-deps.ts';
import type { Authenticated, ParsedRequest, Reserved, Resolved, ResolvedModel } from './contexts.ts';

/** Output bound of a model that says neither its maximum nor its context length. */
const DEFAULT_OUTPUT_BOUND = 32_768;
/** When the balance is small, a call without a limit gets at most this share of it … */
const SHARE_OF_BALANCE = 4;
/** … and is refused if that does not pay for this many tokens. */
const MIN_OUTPUT_TOKENS = 256;

/** What is known of a call before the upstream is asked; refused ones may not know their model. */
export function describeCall(
  context: Authenticated,
  request: ParsedRequest,
  model: ResolvedModel | null,
): BegunCall {
  const { userId, organisationId, projectId, apiKeyId } = context.caller;
  return {
    requestId: context.requestId,
    userId,
    organisationId,
    projectId,
    apiKeyId,
    modelId: model?.id ?? null,
    modelName: model?.title ?? request.model ?? '',
    provider: model?.provider ?? null,
    endpoint: context.route,
    source: context.source,
    isLocal: model?.isLocal ?? false,
    isStream: request.isStream,
    price: model?.price ?? null,
    requestIp: context.clientIp,
    createdAt: context.createdAt,
  };
}

function outputBound(request: ParsedRequest, model: ResolvedModel): number {
  const most = model.maxOutputTokens ?? model.contextLength ?? DEFAULT_OUTPUT_BOUND;
  return request.outputLimit === null ? most : Math.min(request.outputLimit, most);
}

function insufficient(amount: Money, available: Money): AppError {
  return new AppError(
    'insufficient_quota',
    `The balance does not cover what this call can cost: up to ${trimMoney(amount)} is needed, ${trimMoney(available)} is available. Ask an administrator to top up, or lower max_tokens.`,
  );
}

/**
 * Sets the most this call can cost aside. If the client gave no output limit and the balance does not
 * cover the model's own maximum, the call goes on with a limit that it does cover.
 */
export async function reserve(deps: GatewayDeps, em: EntityManager, resolved: Resolved): Promise<Reserved> {
  const { request, model, caller } = resolved;
  const call = describeCall(resolved, request, model);
  const accountId = model.isLocal ? null : caller.accountId;
  const begin = (amount: Money) => beginCall(em, call, { instanceId: deps.instanceId, accountId, amount });
  const amountFor = (outputTokens: number) =>
    holdFor(model.price, {
      inputTokens: request.promptTokenBound,
      outputTokens: outputTokens * request.completions,
    });

  const amount = amountFor(outputBound(request, model));
  const first = await begin(amount);
  if (first.begun) return { ...resolved, call, appliedOutputLimit: null };
  if (request.outputLimit !== null || model.price === null) throw insufficient(amount, first.available);

  const budget = money(first.available).div(SHARE_OF_BALANCE).toFixed();
  const affordable = affordableOutputTokens(model.price, budget, request.promptTokenBound);
  const limit = Math.floor((affordable ?? 0) / request.completions);
  if (limit < MIN_OUTPUT_TOKENS) throw insufficient(amountFor(MIN_OUTPUT_TOKENS), first.available);
  const second = await begin(amountFor(limit));
  // Another call was quicker and took what was left.
  if (!second.begun) throw insufficient(amountFor(MIN_OUTPUT_TOKENS), second.available);
  return { ...resolved, call, appliedOutputLimit: limit };
}
