import { stringify } from 'yaml';
import { connectableDefinitions } from '../providers/dialect-form.ts';
import { presetVariable } from './key-variable.ts';
import type { CatalogueProvider } from './catalogue-schema.ts';
import type { CurrentCatalogue, FullModel } from './current-catalogue.ts';

const HEAD = `# Providers and models of an installation of AIGC Space. Keys are not in this file: each provider
# names the environment variable that its key is read from when it is added. Prices are per million
# tokens (or characters), per image, per call, per second, in the currency of the platform.
`;

/** The text of a file that makes the same providers and models, without what is usual anyway. No secret is in it. */
export function writeCatalogue({ providers, models, active }: CurrentCatalogue): string {
  const content = {
    providers: [...providers.values()].map(({ entry }) => shortProvider(entry)),
    models: [...models.values()].map(({ entry }) => shortModel(entry)),
    ...shortActive(active, models),
  };
  return HEAD + stringify(content, { lineWidth: 0, aliasDuplicateObjects: false });
}

function shortProvider(entry: CatalogueProvider): object {
  const { preset, dialect, apiKeyEnv, enabled } = entry;
  const settings = shareableSettings(entry);
  return {
    name: entry.name,
    ...(preset === undefined ? {} : { preset }),
    ...(preset !== undefined || dialect === 'openai-compatible' ? {} : { dialect }),
    baseUrl: entry.baseUrl,
    ...(apiKeyEnv === undefined || apiKeyEnv === presetVariable(preset) ? {} : { apiKeyEnv }),
    ...(enabled === false ? { enabled } : {}),
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  };
}

/** Credentials that were written into settings before that was refused are left out. */
function shareableSettings({ dialect, settings = {} }: CatalogueProvider): object {
  const definition = connectableDefinitions().find(({ id }) => id === dialect);
  return definition?.shareableSettings?.(settings) ?? settings;
}

function shortModel(entry: FullModel): object {
  const { upstreams, strategy, ...rest } = entry;
  const isRouted = upstreams.length > 1 || upstreams.some(isUnusual);
  return {
    title: rest.title,
    provider: rest.provider,
    ...without(rest, { title: rest.title, provider: rest.provider, type: '', enabled: '' }),
    type: rest.type,
    enabled: rest.enabled,
    ...(strategy === 'priority' ? {} : { strategy }),
    ...(isRouted ? { upstreams: upstreams.map(shortUpstream) } : {}),
  };
}

type Upstream = FullModel['upstreams'][number];

function isUnusual({ priority, weight, enabled, cost }: Upstream): boolean {
  const hasCost = Object.values(cost ?? {}).some((price) => price !== null);
  return priority !== 0 || weight !== 1 || enabled === false || hasCost;
}

function shortUpstream({ provider, upstreamModel, priority, weight, enabled, cost = {} }: Upstream): object {
  const prices = without(cost, {});
  return {
    provider,
    upstreamModel,
    ...(priority === 0 ? {} : { priority }),
    ...(weight === 1 ? {} : { weight }),
    ...(enabled === false ? { enabled } : {}),
    ...(Object.keys(prices).length === 0 ? {} : { cost: prices }),
  };
}

/** What says something: neither null nor empty, and not among `others`. */
function without(entry: object, others: object): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(entry)) {
    if (key in others || value === null || value === '' || value === undefined) continue;
    if (Array.isArray(value)) {
      if (value.length > 0) kept[key] = value;
    } else if (typeof value === 'object') {
      const inner = without(value, {});
      if (Object.keys(inner).length > 0) kept[key] = inner;
    } else kept[key] = value;
  }
  return kept;
}

/** Only of models that are in the file: the demo's are not. */
function shortActive(
  active: CurrentCatalogue['active'],
  models: CurrentCatalogue['models'],
): { active?: Record<string, string> } {
  const named = Object.entries(active).filter(
    (entry): entry is [string, string] => entry[1] !== null && models.has(entry[1]),
  );
  return named.length === 0 ? {} : { active: Object.fromEntries(named) };
}
