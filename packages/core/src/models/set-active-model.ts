import { refusal } from '@aigc/shared/refusals';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { requireAdmin } from '../require-admin.ts';
import { readSettings, writeSetting } from '../settings/settings.ts';
import { fitsRole } from './capabilities.ts';
import { findCloudModel } from './find-cloud-model.ts';

export interface SetActiveModelInput {
  role: 'language' | 'vision';
  /** Null: calls without `model` are refused. */
  model_id: number | null;
}

/**
 * Chooses the model that answers calls without `model`, and for `vision` those that hold an image.
 * @throws AppError `not_found`, or `invalid_field` when the model cannot do it, both on `model_id`
 */
export async function setActiveModel(deps: Deps, actor: Actor, input: SetActiveModelInput): Promise<void> {
  requireAdmin(actor);
  await deps.em.transactional(async (em) => {
    if (input.model_id !== null) {
      const { model } = await findCloudModel(em, input.model_id, 'model_id');
      if (!fitsRole(model, input.role)) {
        const reason = input.role === 'vision' ? 'model_sees_nothing' : 'model_does_not_chat';
        throw refusal(reason, {}, { param: 'model_id' });
      }
    }
    const settings = await readSettings(em);
    const setting = `active_${input.role}_model_id` as const;
    await writeSetting(em, setting, input.model_id);
    await recordAudit(em, actor, {
      action: 'model.set_active',
      targetType: 'setting',
      targetId: setting,
      before: {
        model_id: input.role === 'vision' ? settings.activeVisionModelId : settings.activeLanguageModelId,
      },
      after: { model_id: input.model_id },
    });
  });
}
