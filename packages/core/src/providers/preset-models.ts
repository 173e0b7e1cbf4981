import type { EntityManager } from '@mikro-orm/postgresql';
import { Model } from '@aigc/db/entities/model';
import { refusal } from '@aigc/shared/refusals';
import type { ProviderPreset } from '@aigc/shared/schemas/providers';
import { capabilitiesOf } from '../models/capabilities.ts';
import { cloudTitleTaken } from '../models/title-conflict.ts';

export interface PresetModels {
  providerId: number;
  preset: ProviderPreset | null;
  titles: readonly string[];
}

/**
 * Adds models that a preset suggests: without prices and not enabled, so that nothing is called before an
 * administrator has said what it costs. All or none.
 * @throws AppError `invalid_field` or `conflict`, on `models`
 */
export async function addPresetModels(em: EntityManager, input: PresetModels): Promise<number> {
  const titles = [...new Set(input.titles)];
  const models = titles.map((title) => {
    const model = input.preset?.models.find((candidate) => candidate.title === title);
    if (model === undefined) {
      throw refusal('preset_lacks_model', { title }, { param: 'models' });
    }
    return model;
  });
  const taken = await em.findOne(Model, { isLocal: false, title: { $in: titles } }, { fields: ['title'] });
  if (taken !== null) throw cloudTitleTaken(taken.title, 'models')();
  for (const model of models) {
    em.create(Model, {
      title: model.title,
      type: model.type,
      capabilities: capabilitiesOf(model.type, model.capabilities),
      contextLength: model.context_length,
      provider: input.providerId,
      isLocal: false,
      isApiEnabled: false,
    });
  }
  await em.flush();
  return models.length;
}
