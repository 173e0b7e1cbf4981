import type { EntityManager } from '@mikro-orm/postgresql';
import { Model } from '@aigc/db/entities/model';
import { ModelUpstream } from '@aigc/db/entities/model-route';
import { Provider } from '@aigc/db/entities/provider';
import type { PlazaModel } from '@aigc/shared/schemas/models';
import type { UserActor } from '../actor.ts';
import { readSettings } from '../settings/settings.ts';
import { readLastDay } from './last-day.ts';
import { toPlazaModel } from './plaza-view.ts';

/**
 * What the actor sees in the plaza: the cloud models that an enabled provider serves and their own local models,
 * by title. With `id` only that one.
 */
export async function visibleModels(em: EntityManager, actor: UserActor, id?: number): Promise<PlazaModel[]> {
  const providers = new Map(
    (await em.find(Provider, { status: 'enabled' })).map((provider) => [provider.id, provider]),
  );
  const served = await servedElsewhere(em, [...providers.keys()]);
  const models = await em.find(
    Model,
    {
      $or: [
        { isLocal: false, provider: { $in: [...providers.keys()] } },
        { isLocal: false, id: { $in: [...served.keys()] } },
        { isLocal: true, user: actor.userId },
      ],
      ...(id === undefined ? {} : { id }),
    },
    { orderBy: { title: 'asc', id: 'asc' } },
  );
  const { activeLanguageModelId, activeVisionModelId } = await readSettings(em);
  const lastDayOf = await readLastDay(em, actor.userId);
  return models.map((model) =>
    toPlazaModel(model, {
      provider: providers.get(model.provider ?? 0) ?? providers.get(served.get(model.id) ?? 0) ?? null,
      isActive: model.id === activeLanguageModelId || model.id === activeVisionModelId,
      lastDay: lastDayOf(model),
    }),
  );
}

/** By model id, a provider beside its own that serves it: for models whose own is disabled. */
async function servedElsewhere(
  em: EntityManager,
  providerIds: number[],
): Promise<ReadonlyMap<number, number>> {
  const rows = await em.find(
    ModelUpstream,
    { provider: { $in: providerIds }, isEnabled: true },
    { orderBy: { priority: 'desc', id: 'desc' } },
  );
  return new Map(rows.map((row) => [row.model, row.provider]));
}
