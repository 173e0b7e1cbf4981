import type { EntityManager } from '@mikro-orm/postgresql';
import { Model } from '@aigc/db/entities/model';
import { Provider } from '@aigc/db/entities/provider';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { clearActiveModels } from '../models/clear-active-models.ts';
import { requireAdmin } from '../require-admin.ts';
import { findProvider } from './find-provider.ts';
import { auditedProvider } from './provider-view.ts';

/** Removes a provider with its key and the models that only it has. The log keeps the names. @throws AppError `not_found` */
export async function deleteProvider(deps: Deps, actor: Actor, id: number): Promise<void> {
  requireAdmin(actor);
  await deps.em.transactional(async (em) => {
    const provider = await findProvider(em, id);
    await giveModelsToOthers(em, id);
    const models = await em.find(Model, { provider: id }, { fields: ['id', 'title'] });
    await clearActiveModels(
      em,
      models.map((model) => model.id),
    );
    await recordAudit(em, actor, {
      action: 'provider.delete',
      targetType: 'provider',
      targetId: id,
      before: { ...auditedProvider(provider), models: models.map((model) => model.title) },
    });
    // The rows of its models go with it, by the foreign key.
    await em.nativeDelete(Provider, { id });
  });
}

/** Models that have another upstream stay: their first one takes the provider's place. */
async function giveModelsToOthers(em: EntityManager, providerId: number): Promise<void> {
  await em.execute(
    `with heirs as (
       select distinct on (u.model_id) u.* from aigcspace.model_upstreams u
       join aigcspace.models m on m.id = u.model_id
       where m.provider_id = ? and u.provider_id <> ? order by u.model_id, u.priority, u.id
     ), moved as (
       update aigcspace.models m set provider_id = h.provider_id, upstream_model = h.upstream_model,
         upstream_priority = h.priority, upstream_weight = h.weight, is_upstream_enabled = h.is_enabled,
         upstream_input_cost = h.input_cost, upstream_output_cost = h.output_cost, last_test = h.last_test
       from heirs h where m.id = h.model_id
     )
     delete from aigcspace.model_upstreams u using heirs h where u.id = h.id`,
    [providerId, providerId],
  );
}
