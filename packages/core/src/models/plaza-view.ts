import type { Model } from '@aigc/db/entities/model';
import type { Provider } from '@aigc/db/entities/provider';
import type { PlazaModel } from '@aigc/shared/schemas/models';
import { capabilitiesOf } from './capabilities.ts';
import { toExtraPrices, toPrice } from './price.ts';
import { healthOf, type LastDay } from './model-health.ts';

export interface PlazaContext {
  /** Null for a local model. */
  provider: Provider | null;
  isActive: boolean;
  lastDay: LastDay;
}

/** A model as a card of the plaza. */
export function toPlazaModel(model: Model, context: PlazaContext): PlazaModel {
  const { provider, lastDay } = context;
  return {
    id: model.id,
    title: model.title,
    description: model.description,
    type: model.type,
    capabilities: capabilitiesOf(model.type, model.capabilities),
    is_local: model.isLocal,
    is_demo: provider?.preset === 'demo',
    is_api_enabled: model.isApiEnabled,
    is_active: context.isActive,
    provider:
      provider === null
        ? { name: hostOf(model.baseUrl), preset: null }
        : { name: provider.name, preset: provider.preset ?? null },
    context_length: model.contextLength ?? null,
    max_output_tokens: model.maxOutputTokens ?? null,
    input_price: toPrice(model.inputPrice),
    output_price: toPrice(model.outputPrice),
    ...toExtraPrices(model),
    health: healthOf(model.lastTest ?? null, lastDay),
    last_test: model.lastTest ?? null,
    conformance: model.conformance ?? null,
    last_day: { calls: lastDay.calls, failed: lastDay.failed },
  };
}

/** Whose machine answers: of a local model the host and port of its address. */
function hostOf(baseUrl: string | null | undefined): string {
  return URL.parse(baseUrl ?? '')?.host ?? '';
}
