import { Model } from '@aigc/db/entities/model';
import { ModelAlias, ModelFallback, ModelUpstream } from '@aigc/db/entities/model-route';
import { Provider } from '@aigc/db/entities/provider';
import type { EntityManager } from '@mikro-orm/postgresql';
import { toLimits } from '../limit-columns.ts';
import { statedCapabilities } from '../models/capabilities.ts';
import { toExtraPrices, toPrice } from '../models/price.ts';
import { readSettings } from '../settings/settings.ts';
import type { CatalogueModel, CatalogueProvider } from './catalogue-schema.ts';
import { keyVariableOf } from './key-variable.ts';

/** What there is, in the words of a file and whole: nothing is left out because it is usual. */
export interface CurrentCatalogue {
  /** By name, in the order in which they were made; without the built-in demo. */
  providers: ReadonlyMap<string, { row: Provider; entry: CatalogueProvider }>;
  /** By title. */
  models: ReadonlyMap<string, { row: Model; entry: FullModel }>;
  active: { language: string | null; vision: string | null };
}

/** A model of which everything is said. */
export type FullModel = { [Name in keyof CatalogueModel]-?: Exclude<CatalogueModel[Name], undefined> };

/** Reads everything that a file can tell. */
export async function currentCatalogue(em: EntityManager): Promise<CurrentCatalogue> {
  const rows = await em.find(Provider, {}, { orderBy: { id: 'asc' } });
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  const nameOf = (id: number | null | undefined): string => names.get(id ?? 0) ?? '';
  const modelRows = await em.find(Model, { isLocal: false }, { orderBy: { id: 'asc' } });
  const titles = new Map(modelRows.map(({ id, title }) => [id, title]));
  const [upstreams, aliases, fallbacks] = [
    Map.groupBy(await em.find(ModelUpstream, {}, { orderBy: { id: 'asc' } }), ({ model }) => model),
    Map.groupBy(await em.find(ModelAlias, {}, { orderBy: { alias: 'asc' } }), ({ model }) => model),
    Map.groupBy(await em.find(ModelFallback, {}, { orderBy: { position: 'asc' } }), ({ model }) => model),
  ];
  const { activeLanguageModelId, activeVisionModelId } = await readSettings(em);
  const demo = new Set(rows.filter(({ preset }) => preset === 'demo').map(({ id }) => id));
  const titleOf = (id: number | null): string | null => (id === null ? null : (titles.get(id) ?? null));
  return {
    providers: new Map(
      rows.filter(({ id }) => !demo.has(id)).map((row) => [row.name, { row, entry: describeProvider(row) }]),
    ),
    models: new Map(
      modelRows
        .filter(({ provider }) => !demo.has(provider ?? 0))
        .map((row) => {
          const entry: FullModel = {
            ...describeModel(row, nameOf(row.provider)),
            upstreams: [
              ownUpstream(row, nameOf(row.provider)),
              ...(upstreams.get(row.id) ?? []).map((upstream) => describeUpstream(upstream, nameOf)),
            ],
            aliases: (aliases.get(row.id) ?? []).map(({ alias }) => alias),
            fallbacks: (fallbacks.get(row.id) ?? []).map(({ fallback }) => titleOf(fallback) ?? ''),
          };
          return [row.title, { row, entry }];
        }),
    ),
    active: { language: titleOf(activeLanguageModelId), vision: titleOf(activeVisionModelId) },
  };
}

type Upstream = NonNullable<CatalogueModel['upstreams']>[number];

function ownUpstream(row: Model, provider: string): Required<Upstream> {
  return {
    provider,
    upstreamModel: row.upstreamModel ?? row.title,
    priority: row.upstreamPriority,
    weight: row.upstreamWeight,
    enabled: row.isUpstreamEnabled,
    cost: { input: toPrice(row.upstreamInputCost), output: toPrice(row.upstreamOutputCost) },
  };
}

function describeUpstream(row: ModelUpstream, nameOf: (id: number) => string): Required<Upstream> {
  return {
    provider: nameOf(row.provider),
    upstreamModel: row.upstreamModel,
    priority: row.priority,
    weight: row.weight,
    enabled: row.isEnabled,
    cost: { input: toPrice(row.inputCost), output: toPrice(row.outputCost) },
  };
}

function describeProvider(row: Provider): CatalogueProvider {
  const hasKey = (row.apiKey ?? null) !== null;
  return {
    name: row.name,
    ...(row.preset ? { preset: row.preset } : {}),
    dialect: row.dialect,
    baseUrl: row.baseUrl,
    ...(hasKey ? { apiKeyEnv: keyVariableOf(row) } : {}),
    enabled: row.status === 'enabled',
    settings: row.settings as NonNullable<CatalogueProvider['settings']>,
  };
}

function describeModel(row: Model, provider: string): Omit<FullModel, 'upstreams' | 'aliases' | 'fallbacks'> {
  const limits = toLimits(row);
  const extra = toExtraPrices(row);
  return {
    title: row.title,
    provider,
    upstreamModel: row.upstreamModel === row.title ? null : (row.upstreamModel ?? null),
    description: row.description,
    type: row.type,
    capabilities: statedCapabilities(row.type, row.capabilities),
    contextLength: row.contextLength ?? null,
    maxOutputTokens: row.maxOutputTokens ?? null,
    enabled: row.isApiEnabled,
    prices: {
      input: toPrice(row.inputPrice),
      output: toPrice(row.outputPrice),
      cachedInput: extra.cached_input_price,
      cacheWrite: extra.cache_write_price,
      cacheWriteHour: extra.cache_write_hour_price,
      audioInput: extra.audio_input_price,
      audioOutput: extra.audio_output_price,
      image: extra.image_price,
      call: extra.call_price,
      audioSecond: extra.audio_second_price,
      duration: extra.duration_price,
      character: extra.character_price,
    },
    limits: {
      requestsPerMinute: limits.rpm_limit,
      tokensPerMinute: limits.tpm_limit,
      concurrency: limits.concurrency_limit,
    },
    strategy: row.strategy,
  };
}
