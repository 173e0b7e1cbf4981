import type { EntityManager } from '@mikro-orm/postgresql';
import { readSettings, writeSetting } from '../settings/settings.ts';

/** Forgets the choice of an active model where one of these was chosen: they are about to go. */
export async function clearActiveModels(em: EntityManager, modelIds: readonly number[]): Promise<void> {
  const { activeLanguageModelId, activeVisionModelId } = await readSettings(em);
  if (activeLanguageModelId !== null && modelIds.includes(activeLanguageModelId)) {
    await writeSetting(em, 'active_language_model_id', null);
  }
  if (activeVisionModelId !== null && modelIds.includes(activeVisionModelId)) {
    await writeSetting(em, 'active_vision_model_id', null);
  }
}
