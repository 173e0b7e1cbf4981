import type { EntityManager } from '@mikro-orm/postgresql';
import { Model } from '@aigc/db/entities/model';
import { ModelAlias, ModelFallback, ModelUpstream } from '@aigc/db/entities/model-route';
import { Provider } from '@aigc/db/entities/provider';
import { refusal } from '@aigc/shared/refusals';
import { isChatType } from '@aigc/shared/model-endpoints';
import type { setModelRoutingInputSchema } from '@aigc/shared/schemas/routing';
import type { z } from 'zod';
import type { Actor } from '../actor.ts';
import { changedFields } from '../audit/changed-fields.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { namingConflicts, type Conflict } from '../name-conflicts.ts';
import { requireAdmin } from '../require-admin.ts';
import { takeVersion } from '../versions/take-version.ts';
import { findCloudModel } from './find-cloud-model.ts';
import { forgetTests } from './forget-tests.ts';
import { auditedRouting, readRouting, type StateOf } from './model-routing.ts';

export type SetModelRoutingInput = z.output<typeof setModelRoutingInputSchema>;
/** For callers that nobody shows a conflict to. */
const UNKNOWN: StateOf = () => ({
  breaker: 'closed',
  retry_at: null,
  failures: 0,
  last_error_code: null,
  latency_ms: null,
});

type UpstreamInput = NonNullable<SetModelRoutingInput['upstreams']>[number];

/** An alias is a title at the same time: which one, the database knows. */
const ALIAS_TAKEN: Conflict = () => refusal('alias_just_taken', {}, { param: 'aliases' });

/**
 * Sets where calls of a cloud model go. What is left out stays; a list that is given is the whole list.
 * @throws AppError `not_found`, `edit_conflict`, `conflict` on `aliases`, `invalid_field` on `upstreams` or `fallback_ids`
 */
export async function setModelRouting(
  deps: Deps,
  actor: Actor,
  { stateOf = UNKNOWN, ...input }: SetModelRoutingInput & { stateOf?: StateOf },
): Promise<void> {
  requireAdmin(actor);
  await namingConflicts({ model_aliases_pkey: ALIAS_TAKEN, model_aliases_not_title: ALIAS_TAKEN }, () =>
    deps.em.transactional(async (em) => {
      const { model } = await findCloudModel(em, input.id);
      model.routingVersion = await takeVersion(em, {
        table: 'models',
        column: 'routing_version',
        id: model.id,
        given: input.version,
        audited: { targetType: 'model', targetId: model.id, action: 'model.set_routing' },
        current: async () => readRouting(em, await em.refreshOrFail(model), stateOf),
      });
      const before = await auditedRouting(em, model);
      model.strategy = input.strategy ?? model.strategy;
      if (input.upstreams !== undefined) await setUpstreams(em, model, input.upstreams);
      if (input.aliases !== undefined) await setAliases(em, model, input.aliases);
      if (input.fallback_ids !== undefined) await setFallbacks(em, model, input.fallback_ids);
      await em.flush();
      await recordAudit(em, actor, {
        action: 'model.set_routing',
        targetType: 'model',
        targetId: model.id,
        ...changedFields(before, await auditedRouting(em, model)),
      });
    }),
  );
}

async function setUpstreams(
  em: EntityManager,
  model: Model,
  wanted: readonly UpstreamInput[],
): Promise<void> {
  const keys = new Set(wanted.map((each) => `${each.provider_id} ${each.upstream_model}`));
  if (keys.size < wanted.length) throw refusal('upstream_twice', {}, { param: 'upstreams' });
  const providers = await em.find(Provider, { id: { $in: wanted.map((each) => each.provider_id) } });
  const known = new Set(providers.map(({ id }) => id));
  if (wanted.some((each) => !known.has(each.provider_id))) {
    throw refusal('upstream_provider_unknown', {}, { param: 'upstreams' });
  }
  const ownModel = model.upstreamModel ?? model.title;
  const isOwn = (each: UpstreamInput): boolean =>
    each.provider_id === model.provider && each.upstream_model === ownModel;
  const own = wanted.find(isOwn) ?? wanted[0];
  if (own === undefined) throw refusal('upstream_missing', {}, { param: 'upstreams' });
  if (!isOwn(own)) {
    model.provider = own.provider_id;
    model.upstreamModel = own.upstream_model;
    // The tests were of another upstream.
    forgetTests(model);
  }
  model.upstreamPriority = own.priority;
  model.upstreamWeight = own.weight;
  model.isUpstreamEnabled = own.is_enabled;
  model.upstreamInputCost = own.input_cost ?? null;
  model.upstreamOutputCost = own.output_cost ?? null;
  const further = wanted.filter((each) => each !== own);
  const rows = await em.find(ModelUpstream, { model: model.id });
  for (const row of rows) {
    if (!further.some((each) => isAt(row, each))) em.remove(row);
  }
  for (const each of further) {
    const row =
      rows.find((candidate) => isAt(candidate, each)) ??
      em.create(ModelUpstream, {
        model: model.id,
        provider: each.provider_id,
        upstreamModel: each.upstream_model,
      });
    row.priority = each.priority;
    row.weight = each.weight;
    row.isEnabled = each.is_enabled;
    row.inputCost = each.input_cost ?? null;
    row.outputCost = each.output_cost ?? null;
    em.persist(row);
  }
  await em.flush();
}

function isAt(row: ModelUpstream, each: UpstreamInput): boolean {
  return row.provider === each.provider_id && row.upstreamModel === each.upstream_model;
}

async function setAliases(em: EntityManager, model: Model, aliases: readonly string[]): Promise<void> {
  const wanted = new Set(aliases);
  if (wanted.size < aliases.length) throw refusal('alias_twice', {}, { param: 'aliases' });
  const titled = await em.findOne(Model, { title: { $in: aliases }, isLocal: false }, { fields: ['title'] });
  if (titled !== null) throw refusal('alias_is_title', { name: titled.title }, { param: 'aliases' });
  const taken = await em.findOne(ModelAlias, { alias: { $in: aliases }, model: { $ne: model.id } });
  if (taken !== null) {
    throw refusal('alias_taken', { name: taken.alias }, { param: 'aliases' });
  }
  await em.nativeDelete(ModelAlias, { model: model.id, alias: { $nin: aliases } });
  const rows = await em.find(ModelAlias, { model: model.id });
  const missing = aliases.filter((alias) => !rows.some((row) => row.alias === alias));
  if (missing.length > 0) {
    await em.insertMany(
      ModelAlias,
      missing.map((alias) => ({ alias, model: model.id })),
    );
  }
}

async function setFallbacks(em: EntityManager, model: Model, ids: readonly number[]): Promise<void> {
  if (new Set(ids).size < ids.length) throw refusal('fallback_twice', {}, { param: 'fallback_ids' });
  if (ids.includes(model.id)) throw refusal('fallback_is_itself', {}, { param: 'fallback_ids' });
  const models = await em.find(
    Model,
    { id: { $in: ids }, isLocal: false },
    { fields: ['id', 'title', 'type'] },
  );
  if (models.length < ids.length) throw refusal('fallback_unknown', {}, { param: 'fallback_ids' });
  const other = models.find(
    ({ type }) => type !== model.type && !(isChatType(type) && isChatType(model.type)),
  );
  if (other !== undefined) {
    throw refusal('fallback_of_other_type', { title: other.title }, { param: 'fallback_ids' });
  }
  await em.nativeDelete(ModelFallback, { model: model.id });
  if (ids.length === 0) return;
  await em.insertMany(
    ModelFallback,
    ids.map((fallback, position) => ({ model: model.id, fallback, position })),
  );
}
