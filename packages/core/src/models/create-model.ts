import { Model } from '@aigc/db/entities/model';
import { Provider } from '@aigc/db/entities/provider';
import { refusal } from '@aigc/shared/refusals';
import type { AdminModel, createModelInputSchema } from '@aigc/shared/schemas/models';
import type { z } from 'zod';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { applyLimits } from '../limit-columns.ts';
import { namingConflicts } from '../name-conflicts.ts';
import { requireAdmin } from '../require-admin.ts';
import { readSettings } from '../settings/settings.ts';
import { auditedModel, toAdminModel } from './admin-model-view.ts';
import { capabilitiesOf } from './capabilities.ts';
import { applyExtraPrices } from './price.ts';
import { cloudTitleTaken, requireFreeCloudTitle, titleIsAlias } from './title-conflict.ts';

export type CreateModelInput = z.output<typeof createModelInputSchema>;

/**
 * Adds a cloud model. Without its prices it may be enabled, but calls are refused until it has them.
 * @throws AppError `conflict` on `title`, `invalid_field` on `provider_id`
 */
export async function createModel(deps: Deps, actor: Actor, input: CreateModelInput): Promise<AdminModel> {
  requireAdmin(actor);
  return namingConflicts(
    { models_cloud_title: cloudTitleTaken(input.title), models_title_not_alias: titleIsAlias(input.title) },
    () =>
      deps.em.transactional(async (em) => {
        const provider = await em.findOne(Provider, { id: input.provider_id });
        if (provider === null) {
          throw refusal('wrong_provider', {}, { param: 'provider_id' });
        }
        await requireFreeCloudTitle(em, input.title);
        const model = em.create(Model, {
          title: input.title,
          description: input.description,
          type: input.type,
          capabilities: capabilitiesOf(input.type, input.capabilities),
          isLocal: false,
          provider: provider.id,
          upstreamModel: input.upstream_model ?? null,
          contextLength: input.context_length ?? null,
          maxOutputTokens: input.max_output_tokens ?? null,
          inputPrice: input.input_price ?? null,
          outputPrice: input.output_price ?? null,
          isApiEnabled: input.is_api_enabled,
        });
        applyLimits(model, input);
        applyExtraPrices(model, input);
        await em.persist(model).flush();
        await recordAudit(em, actor, {
          action: 'model.create',
          targetType: 'model',
          targetId: model.id,
          after: auditedModel(model),
        });
        return toAdminModel(model, provider, await readSettings(em));
      }),
  );
}
