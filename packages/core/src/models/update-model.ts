import type { Model } from '@aigc/db/entities/model';
import { refusal } from '@aigc/shared/refusals';
import type { AdminModel, updateModelInputSchema } from '@aigc/shared/schemas/models';
import type { z } from 'zod';
import type { Actor } from '../actor.ts';
import { changedFields } from '../audit/changed-fields.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { applyLimits } from '../limit-columns.ts';
import { namingConflicts } from '../name-conflicts.ts';
import { requireAdmin } from '../require-admin.ts';
import { readSettings } from '../settings/settings.ts';
import { type ActiveModels, auditedModel, toAdminModel } from './admin-model-view.ts';
import { capabilitiesOf, fitsRole, statedCapabilities } from './capabilities.ts';
import { findCloudModel } from './find-cloud-model.ts';
import { forgetTests } from './forget-tests.ts';
import { takeVersion } from '../versions/take-version.ts';
import { applyExtraPrices } from './price.ts';
import { cloudTitleTaken, requireFreeCloudTitle, titleIsAlias } from './title-conflict.ts';

export type UpdateModelInput = z.output<typeof updateModelInputSchema>;

/**
 * Changes a cloud model. What is left out stays; null clears what may be empty.
 * @throws AppError `not_found`, `edit_conflict`, `conflict` on `title`, `invalid_field` on `type` of an active model
 */
export async function updateModel(deps: Deps, actor: Actor, input: UpdateModelInput): Promise<AdminModel> {
  requireAdmin(actor);
  return namingConflicts(
    {
      models_cloud_title: cloudTitleTaken(input.title ?? ''),
      models_title_not_alias: titleIsAlias(input.title ?? ''),
    },
    () =>
      deps.em.transactional(async (em) => {
        const { model, provider } = await findCloudModel(em, input.id);
        model.version = await takeVersion(em, {
          table: 'models',
          id: model.id,
          given: input.version,
          audited: { targetType: 'model', targetId: model.id, action: 'model.update' },
          current: async () => toAdminModel(await em.refreshOrFail(model), provider, await readSettings(em)),
        });
        const before = auditedModel(model);
        if (input.title !== undefined) await requireFreeCloudTitle(em, input.title, model.id);
        applyChanges(model, input);
        const settings = await readSettings(em);
        requireFitForActiveRoles(model, settings);
        await em.flush();
        await recordAudit(em, actor, {
          action: 'model.update',
          targetType: 'model',
          targetId: model.id,
          ...changedFields(before, auditedModel(model)),
        });
        return toAdminModel(model, provider, settings);
      }),
  );
}

function applyChanges(model: Model, input: UpdateModelInput): void {
  const upstreamBefore = model.upstreamModel ?? model.title;
  model.title = input.title ?? model.title;
  model.description = input.description ?? model.description;
  const stated = input.capabilities ?? statedCapabilities(model.type, model.capabilities);
  model.type = input.type ?? model.type;
  model.capabilities = capabilitiesOf(model.type, stated);
  if (input.upstream_model !== undefined) model.upstreamModel = input.upstream_model;
  if (input.context_length !== undefined) model.contextLength = input.context_length;
  if (input.max_output_tokens !== undefined) model.maxOutputTokens = input.max_output_tokens;
  if (input.input_price !== undefined) model.inputPrice = input.input_price;
  if (input.output_price !== undefined) model.outputPrice = input.output_price;
  applyExtraPrices(model, input);
  applyLimits(model, input);
  model.isApiEnabled = input.is_api_enabled ?? model.isApiEnabled;
  // The tests were of another upstream model: they say nothing about this one.
  if ((model.upstreamModel ?? model.title) !== upstreamBefore) forgetTests(model);
}

/** A model that answers calls without `model` keeps being able to. */
function requireFitForActiveRoles(model: Model, active: ActiveModels): void {
  const isUnfit =
    (model.id === active.activeLanguageModelId && !fitsRole(model, 'language')) ||
    (model.id === active.activeVisionModelId && !fitsRole(model, 'vision'));
  if (!isUnfit) return;
  throw refusal('active_model_unfit', {}, { param: 'type' });
}
