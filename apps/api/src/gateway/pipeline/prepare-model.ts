import type { ModelEntry, UpstreamEntry } from '@aigc/core/snapshot/snapshot';
import { providerDefinition } from '@aigc/providers/registry';
import type { GatewayDeps } from '../gateway-deps.ts';
import type { Caller, ResolvedModel } from './contexts.ts';
import { ownKeyFor, prepareWithOwnKey } from './own-key.ts';

/** How a model is called at an upstream, made once for each upstream and credential. */
const prepared = new WeakMap<UpstreamEntry, ResolvedModel>();

function prepare(
  { snapshot }: Pick<GatewayDeps, 'snapshot'>,
  entry: ModelEntry,
  upstream: UpstreamEntry,
): ResolvedModel {
  const apiKey = snapshot.upstreamKey(upstream);
  const known = prepared.get(upstream);
  if (known !== undefined && known.target.apiKey === apiKey) return known;
  const { baseUrl, upstreamModel, settings } = upstream;
  const model: ResolvedModel = {
    entry,
    upstream,
    definition: providerDefinition(upstream.dialect),
    target: { baseUrl, model: upstreamModel, apiKey, settings },
    trust: entry.isLocal ? 'user' : 'operator',
    ownKey: null,
  };
  prepared.set(upstream, model);
  return model;
}

/** How a caller's calls of a model go to one of its upstreams. @throws AppError of an own key that cannot be used */
export function prepareModel(
  deps: Pick<GatewayDeps, 'snapshot'>,
  { user }: Pick<Caller, 'user'>,
  { entry, upstream }: { entry: ModelEntry; upstream: UpstreamEntry },
): ResolvedModel {
  const ownKey = ownKeyFor(user, upstream);
  return ownKey === null
    ? prepare(deps, entry, upstream)
    : prepareWithOwnKey(deps, { entry, upstream }, ownKey);
}
