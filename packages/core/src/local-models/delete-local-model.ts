import type { UserActor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { findOwnLocalModel } from './find-own-local-model.ts';
import { auditedLocalModel } from './local-model-view.ts';

/** Removes a local model of the actor, its key with it. Its calls stay in the log. @throws AppError `not_found` */
export async function deleteLocalModel(deps: Deps, actor: UserActor, id: number): Promise<void> {
  await deps.em.transactional(async (em) => {
    const model = await findOwnLocalModel(em, actor, id);
    await recordAudit(em, actor, {
      action: 'local_model.delete',
      targetType: 'model',
      targetId: id,
      before: auditedLocalModel(model),
    });
    await em.remove(model).flush();
  });
}
