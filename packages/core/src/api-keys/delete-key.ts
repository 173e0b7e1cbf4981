import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { findOwnKey } from './find-own-key.ts';

/** Deletes one of the actor's keys, the command line anyone's, for good. Its calls stay in the log, without the key. */
export async function deleteKey(deps: Deps, actor: Actor, id: number): Promise<void> {
  await deps.em.transactional(async (em) => {
    const key = await findOwnKey(em, actor, id);
    await recordAudit(em, actor, {
      action: 'api_key.delete',
      targetType: 'api_key',
      targetId: id,
      before: { name: key.name, kind: key.kind, status: key.status, api_key_prefix: key.apiKeyPrefix },
    });
    await em.remove(key).flush();
  });
}
