import type { ModelEntry, OwnKeyEntry, UpstreamEntry, UserEntry } from '@aigc/core/snapshot/snapshot';
import { originOf } from '@aigc/core/upstreams/secret-bindings';
import { providerDefinition } from '@aigc/providers/registry';
import { AppError } from '@aigc/shared/errors';
import type { GatewayDeps } from '../gateway-deps.ts';
import type { ResolvedModel } from './contexts.ts';

/** The caller's own key for an upstream's provider; null: none, as for most callers. */
export function ownKeyFor({ ownKeys }: UserEntry, { providerId }: UpstreamEntry): OwnKeyEntry | null {
  return ownKeys === null || providerId === null ? null : (ownKeys.get(providerId) ?? null);
}

/** How models are called with own keys. An entry is of one key of one user, so tenants never meet in it. */
const prepared = new WeakMap<OwnKeyEntry, WeakMap<UpstreamEntry, ResolvedModel>>();

/**
 * How a cloud model is called with its caller's own key: nothing of it is billed, so it has no price.
 * @throws AppError `upstream_auth_failed` if the provider has moved to a server that the key was not entered for.
 * The platform's key is not used instead: it would be billed, and the user chose otherwise.
 */
export function prepareWithOwnKey(
  { snapshot }: Pick<GatewayDeps, 'snapshot'>,
  { entry, upstream }: { entry: ModelEntry; upstream: UpstreamEntry },
  ownKey: OwnKeyEntry,
): ResolvedModel {
  let models = prepared.get(ownKey);
  if (models === undefined) prepared.set(ownKey, (models = new WeakMap()));
  const known = models.get(upstream);
  if (known !== undefined) return known;
  if (originOf(upstream.baseUrl) !== ownKey.origin) {
    throw new AppError(
      'upstream_auth_failed',
      `${upstream.provider ?? 'The provider'} has moved to another server since your own key for it was entered. Enter it again in the settings, or stop using it.`,
      { status: 403 },
    );
  }
  const { baseUrl, upstreamModel, settings } = upstream;
  const model: ResolvedModel = {
    entry: Object.freeze({ ...entry, price: null }),
    upstream,
    definition: providerDefinition(upstream.dialect),
    target: { baseUrl, model: upstreamModel, apiKey: snapshot.ownKey(ownKey), settings },
    trust: 'operator',
    ownKey,
  };
  models.set(upstream, model);
  return model;
}
