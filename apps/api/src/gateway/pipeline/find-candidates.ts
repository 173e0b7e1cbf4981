import type { ModelEntry, UpstreamEntry } from '@aigc/core/snapshot/snapshot';
import { servesEndpoint } from '@aigc/shared/model-endpoints';
import { canCarry, requireCarriage } from '../carriage/carry.ts';
import type { GatewayDeps } from '../gateway-deps.ts';
import { candidatesOf, type Candidate, type CandidateSource } from '../routing/candidates.ts';
import type { Admitted, Parsed, Resolved, ResolvedModel } from './contexts.ts';
import { prepareModel } from './prepare-model.ts';

const NONE: readonly ModelEntry[] = [];

/** The first upstream that can be called. @throws AppError of the first if none can */
export function prepareFirst(
  deps: Pick<GatewayDeps, 'snapshot'>,
  { caller }: Parsed,
  { entry, upstreams }: CandidateSource & { upstreams: readonly [UpstreamEntry, ...UpstreamEntry[]] },
): ResolvedModel {
  const [first, ...others] = upstreams;
  try {
    return prepareModel(deps, caller, { entry, upstream: first });
  } catch (error) {
    for (const upstream of others) {
      try {
        return prepareModel(deps, caller, { entry, upstream });
      } catch {
        // The first one's fault is told.
      }
    }
    throw error;
  }
}

/**
 * The upstreams of a model that this caller's calls may go to: all of them, unless some are called with the caller's
 * own key. Then only those, so that a call is never half billed.
 */
export function upstreamsFor(
  { caller: { user } }: Parsed,
  { upstreams }: ModelEntry,
): readonly UpstreamEntry[] {
  const { ownKeys } = user;
  if (ownKeys === null) return upstreams;
  const own = upstreams.filter(({ providerId }) => providerId !== null && ownKeys.has(providerId));
  return own.length === 0 ? upstreams : own;
}

function hasOwnKey({ user: { ownKeys } }: Parsed['caller'], { upstreams }: ModelEntry): boolean {
  return (
    ownKeys !== null && upstreams.some(({ providerId }) => providerId !== null && ownKeys.has(providerId))
  );
}

/**
 * The models that may answer in a model's place: those that could have been asked for with this request. None that goes
 * out with the caller's own key: a call that began to be billed is billed, or fails.
 */
export function fallbacksFor(
  { snapshot }: Pick<GatewayDeps, 'snapshot'>,
  { request, caller }: Parsed,
  model: ResolvedModel,
): readonly ModelEntry[] {
  if (model.entry.fallbackIds.length === 0 || model.ownKey !== null) return NONE;
  const allowed = caller.key?.allowedModels ?? null;
  return snapshot
    .fallbacksOf(model.entry)
    .filter(
      (entry) =>
        entry.isApiEnabled &&
        entry.price !== null &&
        !hasOwnKey(caller, entry) &&
        (allowed === null || allowed.has(entry.title)) &&
        servesEndpoint(entry.type, request.endpoint) &&
        (!request.hasImage || entry.type === 'vision' || entry.capabilities.includes('vision')),
    );
}

/** @throws AppError `endpoint_not_supported` if requests of this endpoint can reach none of the candidates */
export function requireSomeCarriage(deps: GatewayDeps, resolved: Resolved): void {
  const { model, request } = resolved;
  if (!isAlone(resolved)) {
    const sources = [
      { entry: model.entry, upstreams: resolved.upstreams },
      ...resolved.fallbacks.map(withUpstreams),
    ];
    const all = sources.flatMap(({ entry, upstreams }) => upstreams.map((upstream) => ({ entry, upstream })));
    if (prepareAll(deps, resolved, all).length > 0) return;
  }
  requireCarriage(request, model);
}

/** Where a call is tried, in order, each with the credential it is called with. */
export function findCandidates(
  deps: GatewayDeps,
  admitted: Admitted,
): readonly [ResolvedModel, ...ResolvedModel[]] {
  const { model } = admitted;
  if (isAlone(admitted)) return [model];
  const { request, bounds, upstreams, fallbacks } = admitted;
  const ordered = candidatesOf([{ entry: model.entry, upstreams }, ...fallbacks.map(withUpstreams)], {
    health: deps.health,
    isStream: request.isStream,
    tokens: bounds,
    nowMs: performance.now(),
    random: Math.random,
  });
  const [first = model, ...rest] = prepareAll(deps, admitted, ordered);
  return [first, ...rest];
}

function isAlone({ upstreams, fallbacks }: Resolved): boolean {
  return upstreams.length === 1 && fallbacks.length === 0;
}

/** Those of the candidates that the request can be sent to: one whose credential cannot be read hides no other. */
function prepareAll(
  deps: GatewayDeps,
  { caller, request }: Resolved,
  candidates: readonly Candidate[],
): ResolvedModel[] {
  const ready: ResolvedModel[] = [];
  for (const candidate of candidates) {
    try {
      const model = prepareModel(deps, caller, candidate);
      if (canCarry(model.definition, model.target, request.endpoint)) ready.push(model);
    } catch (error) {
      const { entry, upstream } = candidate;
      deps.log.error(
        { err: error, model: entry.title, provider: upstream.provider },
        'an upstream cannot be called',
      );
    }
  }
  return ready;
}

function withUpstreams(entry: ModelEntry) {
  return { entry, upstreams: entry.upstreams };
}
