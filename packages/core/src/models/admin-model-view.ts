import type { Model } from '@aigc/db/entities/model';
import type { Provider } from '@aigc/db/entities/provider';
import type { AdminModel } from '@aigc/shared/schemas/models';
import { toLimits } from '../limit-columns.ts';
import { capabilitiesOf } from './capabilities.ts';
import { toExtraPrices, toPrice } from './price.ts';

/** The ids of the models that answer calls without `model`. */
export interface ActiveModels {
  activeLanguageModelId: number | null;
  activeVisionModelId: number | null;
}

/** A cloud model as its administrators see it. */
export function toAdminModel(model: Model, provider: Provider, active: ActiveModels): AdminModel {
  return {
    id: model.id,
    title: model.title,
    provider_id: provider.id,
    provider_name: provider.name,
    upstream_model: model.upstreamModel ?? null,
    description: model.description,
    type: model.type,
    capabilities: capabilitiesOf(model.type, model.capabilities),
    context_length: model.contextLength ?? null,
    max_output_tokens: model.maxOutputTokens ?? null,
    input_price: toPrice(model.inputPrice),
    output_price: toPrice(model.outputPrice),
    ...toExtraPrices(model),
    ...toLimits(model),
    is_api_enabled: model.isApiEnabled,
    is_demo: provider.preset === 'demo',
    is_active: model.id === active.activeLanguageModelId || model.id === active.activeVisionModelId,
    last_test: model.lastTest ?? null,
    version: model.version,
    created_at: model.createdAt.toISOString(),
    updated_at: model.updatedAt.toISOString(),
  };
}

/** What the audit log keeps of a cloud model. */
export function auditedModel(model: Model): Record<string, unknown> {
  return {
    title: model.title,
    provider_id: model.provider,
    upstream_model: model.upstreamModel,
    description: model.description,
    type: model.type,
    capabilities: model.capabilities,
    context_length: model.contextLength,
    max_output_tokens: model.maxOutputTokens,
    input_price: toPrice(model.inputPrice),
    output_price: toPrice(model.outputPrice),
    ...toExtraPrices(model),
    ...toLimits(model),
    is_api_enabled: model.isApiEnabled,
  };
}
