import { Model } from '@aigc/db/entities/model';
import { Provider } from '@aigc/db/entities/provider';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { clearActiveModels } from '../models/clear-active-models.ts';
import { requireAdmin } from '../require-admin.ts';
import { findProvider } from './find-provider.ts';
import { auditedProvider } from './provider-view.ts';

/** Removes a provider with its key and its models. The log keeps the names. @throws AppError `not_found` */
export async function deleteProvider(deps: Deps, actor: Actor, id: number): Promise<void> {
  requireAdmin(actor);
  await deps.em.transactional(async (em) => {
    const provider = await findProvider(em, id);
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
