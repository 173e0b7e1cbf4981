import { refusal } from '@aigc/shared/refusals';
import type { Provider } from '@aigc/db/entities/provider';
import { createProvider } from '../providers/create-provider.ts';
import { readSecret } from '../providers/dialect-form.ts';
import { dialectOf, findPreset } from '../providers/find-preset.ts';
import { openProviderKey } from '../providers/provider-connection.ts';
import { updateProvider } from '../providers/update-provider.ts';
import { originOf } from '../upstreams/secret-bindings.ts';
import type { CatalogueProvider } from './catalogue-schema.ts';
import type { CurrentCatalogue } from './current-catalogue.ts';
import { differences, type FieldChange } from './differences.ts';
import { attempt, type Import } from './running-import.ts';
import { keyVariableOf, mayReadVariable, withheldReason } from './key-variable.ts';

/** Adds the providers of a file that are missing, and overwrites the others if that is asked for. */
export async function importProviders(running: Import, before: CurrentCatalogue): Promise<void> {
  for (const [index, wanted] of (running.read.catalogue.providers ?? []).entries()) {
    await attempt(running, ['providers', index], async () => {
      const known = before.providers.get(wanted.name);
      if (known === undefined) await addProvider(running, wanted);
      else await changeProvider(running, known, wanted);
    });
  }
}

async function addProvider(running: Import, wanted: CatalogueProvider): Promise<void> {
  const { deps, actor, result } = running;
  const preset = findPreset(wanted.preset ?? null);
  const baseUrl = wanted.baseUrl ?? preset?.base_url;
  if (baseUrl === undefined) {
    throw refusal('base_url_missing', {}, { param: 'base_url' });
  }
  const { name, key, isMissing, isWithheld } = keyOf(running, { ...wanted, baseUrl });
  const isNeeded = preset !== null && preset.requires_key && originOf(preset.base_url) === originOf(baseUrl);
  if (isMissing && (wanted.apiKeyEnv !== undefined || isNeeded)) {
    const reason = isWithheld
      ? withheldReason(name)
      : `Its key is missing: set the environment variable ${name} and import again.`;
    const fields = [{ field: 'apiKeyEnv', from: null, to: name }];
    result.changes.push({ action: 'skip', kind: 'provider', name: wanted.name, fields, reason });
    return;
  }
  const { id } = await createProvider(deps, actor, {
    name: wanted.name,
    preset: wanted.preset,
    dialect: wanted.dialect,
    base_url: baseUrl,
    api_key: key,
    settings: wanted.settings,
    models: [],
  });
  if (wanted.enabled === false) await updateProvider(deps, actor, { id, status: 'disabled' });
  result.changes.push({ action: 'add', kind: 'provider', name: wanted.name, fields: [], reason: null });
}

async function changeProvider(
  running: Import,
  known: { row: Provider; entry: CatalogueProvider },
  wanted: CatalogueProvider,
): Promise<void> {
  const { deps, actor, isReplace, result } = running;
  const { row, entry } = known;
  const { preset, dialect, apiKeyEnv: _variable, ...comparable } = wanted;
  requireSameKind(entry, { preset, dialect });
  const fields = differences(entry, comparable);
  const key = keyOf(running, { ...wanted, preset: entry.preset, baseUrl: wanted.baseUrl ?? row.baseUrl });
  const newKey = key.key !== undefined && isAnotherKey(running, row, key.key) ? key.key : undefined;
  if (newKey !== undefined) fields.push(keyChange(row, key.name));
  const action = fields.length === 0 ? 'same' : isReplace ? 'change' : 'keep';
  if (action === 'change') {
    await updateProvider(deps, actor, {
      id: row.id,
      ...(comparable.baseUrl === undefined ? {} : { base_url: comparable.baseUrl }),
      ...(comparable.enabled === undefined
        ? {}
        : { status: comparable.enabled ? ('enabled' as const) : ('disabled' as const) }),
      ...(comparable.settings === undefined ? {} : { settings: { ...row.settings, ...comparable.settings } }),
      ...(newKey === undefined ? {} : { api_key: newKey }),
    });
  }
  result.changes.push({ action, kind: 'provider', name: wanted.name, fields, reason: null });
}

/** What a provider speaks was decided when it was made. */
function requireSameKind(
  entry: CatalogueProvider,
  { preset, dialect }: Pick<CatalogueProvider, 'preset' | 'dialect'>,
): void {
  for (const [field, wanted] of Object.entries({ preset, dialect })) {
    const has = field === 'preset' ? entry.preset : entry.dialect;
    if (wanted === undefined || wanted === has) continue;
    throw refusal('provider_kind_fixed', { field, value: has ?? '' }, { param: field });
  }
}

/** The key that the environment has for a provider, and under which name. */
function keyOf({ providerKeys, actor }: Import, wanted: CatalogueProvider & { baseUrl: string }) {
  const name = wanted.apiKeyEnv ?? keyVariableOf(wanted);
  const isAskedFor = wanted.apiKeyEnv !== undefined || wanted.preset !== undefined;
  const mayBeSent = mayReadVariable(actor, { name, baseUrl: wanted.baseUrl });
  const key = isAskedFor && mayBeSent ? providerKeys[name] : undefined;
  const isMissing = isAskedFor && key === undefined;
  return { name, key, isMissing, isWithheld: isMissing && !mayBeSent };
}

function isAnotherKey({ deps }: Import, row: Provider, key: string): boolean {
  const definition = dialectOf(null, row.dialect);
  return readSecret(definition, key).secret !== openProviderKey(deps, row);
}

/** Tells keys apart by their last characters, as everywhere. */
function keyChange(row: Provider, variable: string): FieldChange {
  const hint = row.apiKeyHint ? `…${row.apiKeyHint}` : '***';
  return { field: 'apiKeyEnv', from: row.apiKey ? hint : null, to: `the key in ${variable}` };
}
