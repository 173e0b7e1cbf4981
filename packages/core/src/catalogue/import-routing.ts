import { Model } from '@aigc/db/entities/model';
import { Provider } from '@aigc/db/entities/provider';
import { refusal } from '@aigc/shared/refusals';
import { setModelRouting, type SetModelRoutingInput } from '../models/set-model-routing.ts';
import type { CatalogueModel } from './catalogue-schema.ts';
import type { FullModel } from './current-catalogue.ts';
import type { Import } from './running-import.ts';

const FIELDS = ['provider', 'strategy', 'upstreams', 'aliases', 'fallbacks'] as const;

/** Whether a difference is about where calls of a model go. */
export function isRouting(field: string): boolean {
  return FIELDS.some((name) => name === field);
}

export interface RoutedModel {
  id: number;
  wanted: CatalogueModel;
  /** As it was before the import; null: it is new. */
  before: FullModel | null;
}

type Upstream = NonNullable<CatalogueModel['upstreams']>[number];

/** Says where calls of a model go, once every model of the file is there. @throws AppError */
export async function importRouting(running: Import, { id, wanted, before }: RoutedModel): Promise<void> {
  const { deps, actor } = running;
  const upstreams = upstreamsOf(wanted, before);
  const isMoved = before !== null && before.provider !== wanted.provider;
  if (upstreams === undefined && !FIELDS.some((name) => name !== 'provider' && wanted[name] !== undefined))
    return;
  const input: SetModelRoutingInput = {
    id,
    ...(wanted.strategy === undefined ? {} : { strategy: wanted.strategy }),
    ...(upstreams === undefined ? {} : { upstreams: await inputsOf(running, upstreams) }),
    ...(wanted.aliases === undefined ? {} : { aliases: wanted.aliases }),
    ...(wanted.fallbacks === undefined ? {} : { fallback_ids: await idsOf(running, wanted.fallbacks) }),
  };
  // The old own upstream would stay the model's own as long as it is in the list.
  if (isMoved && input.upstreams !== undefined) {
    await setModelRouting(deps, actor, { id, upstreams: input.upstreams.slice(0, 1) });
  }
  await setModelRouting(deps, actor, input);
}

/** All upstreams, the model's own first; undefined: they stay as they are. */
function upstreamsOf(wanted: CatalogueModel, before: FullModel | null): Upstream[] | undefined {
  const { provider, title } = wanted;
  const upstreamModel =
    (wanted.upstreamModel === undefined ? before?.upstreamModel : wanted.upstreamModel) ?? title;
  if (wanted.upstreams === undefined) {
    if (before === null || before.provider === provider) return undefined;
    const [own, ...others] = before.upstreams;
    return [
      { ...own, provider, upstreamModel },
      ...others.filter((other) => other.provider !== provider || other.upstreamModel !== upstreamModel),
    ];
  }
  const isOwn = (one: Upstream): boolean => one.provider === provider && one.upstreamModel === upstreamModel;
  const own = wanted.upstreams.find(isOwn);
  if (own === undefined) {
    throw refusal('own_upstream_missing', { model: upstreamModel, provider }, { param: 'upstreams' });
  }
  return [own, ...wanted.upstreams.filter((one) => one !== own)];
}

async function inputsOf(
  { deps }: Import,
  upstreams: readonly Upstream[],
): Promise<NonNullable<SetModelRoutingInput['upstreams']>> {
  const names = upstreams.map(({ provider }) => provider);
  const providers = await deps.em.find(Provider, { name: { $in: names } });
  return upstreams.map((upstream) => {
    const provider = providers.find(({ name }) => name === upstream.provider);
    if (provider === undefined) {
      throw refusal('no_provider_named', { name: upstream.provider }, { param: 'upstreams' });
    }
    return {
      provider_id: provider.id,
      upstream_model: upstream.upstreamModel,
      priority: upstream.priority ?? 0,
      weight: upstream.weight ?? 1,
      is_enabled: upstream.enabled ?? true,
      input_cost: upstream.cost?.input ?? null,
      output_cost: upstream.cost?.output ?? null,
    };
  });
}

async function idsOf({ deps }: Import, titles: readonly string[]): Promise<number[]> {
  const models = await deps.em.find(Model, { title: { $in: [...titles] }, isLocal: false });
  return titles.map((title) => {
    const model = models.find((candidate) => candidate.title === title);
    if (model !== undefined) return model.id;
    throw refusal('no_model_named', { name: title }, { param: 'fallback_ids' });
  });
}
