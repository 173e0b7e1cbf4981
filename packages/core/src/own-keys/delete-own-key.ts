import type { UserActor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { findOwnKey, noOwnKey } from './find-own-key.ts';
import { auditedOwnKey } from './own-key-view.ts';

/** Removes the actor's own key for a provider: their calls are billed again. @throws AppError `not_found` */
export async function deleteOwnKey(deps: Deps, actor: UserActor, providerId: number): Promise<void> {
  await deps.em.transactional(async (em) => {
    const key = await findOwnKey(em, actor, providerId);
    if (key === null) throw noOwnKey();
    await recordAudit(em, actor, {
      action: 'own_key.delete',
      targetType: 'provider',
      targetId: providerId,
      before: auditedOwnKey(key),
    });
    await em.remove(key).flush();
  });
}
