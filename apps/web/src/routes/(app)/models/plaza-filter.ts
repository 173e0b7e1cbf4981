import { MODEL_TYPES } from '@aigc/shared/model-endpoints';
import type { Probe } from '@aigc/shared/schemas/conformance';
import type { Capability, ModelType, PlazaModel } from '@aigc/shared/schemas/models';
import { priceState, type PriceState } from '#lib/models/model-state.ts';
import { PROBES } from './conformance-run.svelte.ts';

// Written out here, because the schemas they also stand in would bring zod to the browser.
export const CAPABILITIES: readonly Capability[] = [
  'chat',
  'vision',
  'audio',
  'tools',
  'json',
  'reasoning',
  'embedding',
  'image',
  'speech',
  'transcription',
  'rerank',
  'moderation',
];
export const PRICE_FILTERS = ['free', 'paid', 'unpriced'] as const satisfies readonly PriceState[];

/** What the address says about which models to show. An absent value means any. */
export interface PlazaFilter {
  tab: 'cloud' | 'local';
  view: 'cards' | 'table';
  /** Every word of it must occur in title, description or provider. */
  words: string[];
  provider: string | undefined;
  type: ModelType | undefined;
  capability: Capability | undefined;
  price: (typeof PRICE_FILTERS)[number] | undefined;
  /** What it was seen to do. */
  seen: Probe | undefined;
}

/** Reads the filter; a value that does not exist counts as absent. */
export function readPlazaFilter(params: Pick<URLSearchParams, 'get'>): PlazaFilter {
  const one = <T extends string>(name: string, known: readonly T[]) =>
    known.find((value) => value === params.get(name));
  return {
    tab: params.get('tab') === 'local' ? 'local' : 'cloud',
    view: params.get('view') === 'table' ? 'table' : 'cards',
    words: (params.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean),
    provider: params.get('provider') ?? undefined,
    type: one('type', MODEL_TYPES),
    capability: one('capability', CAPABILITIES),
    price: one('price', PRICE_FILTERS),
    seen: one('seen', PROBES),
  };
}

/** The models of the filter's tab that match the rest of it. */
export function filterModels(models: readonly PlazaModel[], filter: PlazaFilter): PlazaModel[] {
  return models.filter((model) => model.is_local === (filter.tab === 'local') && matches(model, filter));
}

function matches(model: PlazaModel, filter: PlazaFilter): boolean {
  if (filter.provider !== undefined && model.provider.name !== filter.provider) return false;
  if (filter.type !== undefined && model.type !== filter.type) return false;
  if (filter.capability !== undefined && !model.capabilities.includes(filter.capability)) return false;
  if (filter.price !== undefined && priceState(model) !== filter.price) return false;
  const { seen } = filter;
  const results = model.conformance?.results ?? [];
  if (seen !== undefined && !results.some(({ probe, verdict }) => probe === seen && verdict === 'yes')) {
    return false;
  }
  const text = `${model.title}\n${model.description}\n${model.provider.name}`.toLowerCase();
  return filter.words.every((word) => text.includes(word));
}
