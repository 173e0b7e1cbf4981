import type { EntityManager } from '@mikro-orm/postgresql';
import type { Model } from '@aigc/db/entities/model';
import { Model as ModelEntity } from '@aigc/db/entities/model';
import { ModelAlias, ModelFallback, ModelUpstream } from '@aigc/db/entities/model-route';
import { Provider } from '@aigc/db/entities/provider';
import type {
  ModelRouting,
  ModelUpstream as UpstreamView,
  UpstreamState,
} from '@aigc/shared/schemas/routing';
import type { Actor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { requireAdmin } from '../require-admin.ts';
import { upstreamKeyOf } from '../snapshot/upstream-key.ts';
import { findCloudModel } from './find-cloud-model.ts';
import { toPrice } from './price.ts';

/** What the process that answers knows of an upstream, by `upstreamKeyOf`. */
export type StateOf = (key: string) => UpstreamState;

/** Where calls of a model go, and what is known of it. @throws AppError `not_found` */
export async function getModelRouting(
  deps: Deps,
  actor: Actor,
  { id, stateOf }: { id: number; stateOf: StateOf },
): Promise<ModelRouting> {
  requireAdmin(actor);
  const { model } = await findCloudModel(deps.em, id);
  return readRouting(deps.em, model, stateOf);
}

/** The same of a model that is read. */
export async function readRouting(em: EntityManager, model: Model, stateOf: StateOf): Promise<ModelRouting> {
  const upstreams = await readUpstreams(em, model);
  const providers = await em.find(Provider, { id: { $in: upstreams.map(({ providerId }) => providerId) } });
  const byId = new Map(providers.map((provider) => [provider.id, provider]));
  const fallbacks = await em.find(ModelFallback, { model: model.id }, { orderBy: { position: 'asc' } });
  const titles = await em.find(
    ModelEntity,
    { id: { $in: fallbacks.map(({ fallback }) => fallback) } },
    { fields: ['id', 'title'] },
  );
  return {
    model_id: model.id,
    title: model.title,
    version: model.routingVersion,
    strategy: model.strategy,
    upstreams: upstreams.flatMap((upstream) => {
      const provider = byId.get(upstream.providerId);
      return provider === undefined ? [] : [toView(upstream, provider, stateOf)];
    }),
    aliases: await readAliases(em, model.id),
    fallbacks: fallbacks.flatMap(({ fallback }) => {
      const named = titles.find(({ id }) => id === fallback);
      return named === undefined ? [] : [{ id: named.id, title: named.title }];
    }),
  };
}

/** An upstream of a model, wherever it is stored. */
export interface StoredUpstream {
  isOwn: boolean;
  providerId: number;
  upstreamModel: string;
  priority: number;
  weight: number;
  isEnabled: boolean;
  inputCost: string | null;
  outputCost: string | null;
  lastTest: UpstreamView['last_test'];
}

/** A model's own upstream and the further ones, by priority. */
export async function readUpstreams(em: EntityManager, model: Model): Promise<StoredUpstream[]> {
  const rows = await em.find(ModelUpstream, { model: model.id }, { orderBy: { id: 'asc' } });
  const own: StoredUpstream = {
    isOwn: true,
    providerId: model.provider ?? 0,
    upstreamModel: model.upstreamModel ?? model.title,
    priority: model.upstreamPriority,
    weight: model.upstreamWeight,
    isEnabled: model.isUpstreamEnabled,
    inputCost: model.upstreamInputCost ?? null,
    outputCost: model.upstreamOutputCost ?? null,
    lastTest: model.lastTest ?? null,
  };
  const further = rows.map((row) => ({
    isOwn: false,
    providerId: row.provider,
    upstreamModel: row.upstreamModel,
    priority: row.priority,
    weight: row.weight,
    isEnabled: row.isEnabled,
    inputCost: row.inputCost ?? null,
    outputCost: row.outputCost ?? null,
    lastTest: row.lastTest ?? null,
  }));
  return [own, ...further].toSorted((a, b) => a.priority - b.priority);
}

export async function readAliases(em: EntityManager, modelId: number): Promise<string[]> {
  const rows = await em.find(ModelAlias, { model: modelId }, { orderBy: { alias: 'asc' } });
  return rows.map(({ alias }) => alias);
}

function toView(upstream: StoredUpstream, provider: Provider, stateOf: StateOf): UpstreamView {
  return {
    is_own: upstream.isOwn,
    provider_id: upstream.providerId,
    provider_name: provider.name,
    is_provider_enabled: provider.status === 'enabled',
    upstream_model: upstream.upstreamModel,
    priority: upstream.priority,
    weight: upstream.weight,
    is_enabled: upstream.isEnabled,
    input_cost: toPrice(upstream.inputCost),
    output_cost: toPrice(upstream.outputCost),
    last_check: provider.lastCheck ?? null,
    last_test: upstream.lastTest,
    state: stateOf(upstreamKeyOf(upstream.providerId, upstream.upstreamModel)),
  };
}

/** What the audit log keeps of a model's routing. */
export async function auditedRouting(em: EntityManager, model: Model): Promise<Record<string, unknown>> {
  const upstreams = await readUpstreams(em, model);
  const fallbacks = await em.find(ModelFallback, { model: model.id }, { orderBy: { position: 'asc' } });
  return {
    strategy: model.strategy,
    upstreams: upstreams.map(({ lastTest: _lastTest, ...upstream }) => ({
      ...upstream,
      inputCost: toPrice(upstream.inputCost),
      outputCost: toPrice(upstream.outputCost),
    })),
    aliases: await readAliases(em, model.id),
    fallback_ids: fallbacks.map(({ fallback }) => fallback),
  };
}
