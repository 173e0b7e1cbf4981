import { Model } from '@aigc/db/entities/model';
import { Provider } from '@aigc/db/entities/provider';
import type { AdminModel } from '@aigc/shared/schemas/models';
import type { Actor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { requireAdmin } from '../require-admin.ts';
import { readSettings } from '../settings/settings.ts';
import { toAdminModel } from './admin-model-view.ts';

export interface ModelList {
  items: AdminModel[];
  active: { language_model_id: number | null; vision_model_id: number | null };
}

/** Every cloud model, those of disabled providers too, by title. */
export async function listModels(deps: Deps, actor: Actor): Promise<ModelList> {
  requireAdmin(actor);
  const settings = await readSettings(deps.em);
  const providers = new Map((await deps.em.findAll(Provider)).map((provider) => [provider.id, provider]));
  const models = await deps.em.find(Model, { isLocal: false }, { orderBy: { title: 'asc', id: 'asc' } });
  const items = models.flatMap((model) => {
    const provider = providers.get(model.provider ?? 0);
    return provider === undefined ? [] : [toAdminModel(model, provider, settings)];
  });
  return {
    items,
    active: {
      language_model_id: settings.activeLanguageModelId,
      vision_model_id: settings.activeVisionModelId,
    },
  };
}
