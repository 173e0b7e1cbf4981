import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { requireAdmin } from '../require-admin.ts';
import { auditedModel } from './admin-model-view.ts';
import { clearActiveModels } from './clear-active-models.ts';
import { findCloudModel } from './find-cloud-model.ts';

/** Removes a cloud model. Its calls stay in the log under its name. @throws AppError `not_found` */
export async function deleteModel(deps: Deps, actor: Actor, id: number): Promise<void> {
  requireAdmin(actor);
  await deps.em.transactional(async (em) => {
    const { model } = await findCloudModel(em, id);
    await clearActiveModels(em, [id]);
    await recordAudit(em, actor, {
      action: 'model.delete',
      targetType: 'model',
      targetId: id,
      before: auditedModel(model),
    });
    await em.remove(model).flush();
  });
}
