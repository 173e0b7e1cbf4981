import type { Provider } from '@aigc/db/entities/provider';
import { Model } from '@aigc/db/entities/model';
import type { ProviderDefinition } from '@aigc/providers/definition';
import { providerDefinition } from '@aigc/providers/registry';
import { refusal } from '@aigc/shared/refusals';
import type { SettingValues } from '@aigc/shared/provider-form';
import type { testProviderInputSchema } from '@aigc/shared/schemas/providers';
import type { z } from 'zod';
import type { Actor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { requireAdmin } from '../require-admin.ts';
import { providerKeyBinding } from '../upstreams/secret-bindings.ts';
import { requireWellFormedAddress } from '../upstreams/upstream-address.ts';
import { readSecret, requireSettings } from './dialect-form.ts';
import { dialectOf, findPreset } from './find-preset.ts';
import { findProvider } from './find-provider.ts';
import { replacementOf, type SecretChange } from './update-provider.ts';

export type TestProviderInput = z.output<typeof testProviderInputSchema>;

export interface ProviderConnection {
  definition: ProviderDefinition;
  settings: SettingValues;
  baseUrl: string;
  apiKey: string | null;
  /** The upstream's name of the model to ask; null: none is known yet. */
  model: string | null;
  providerId: number | null;
}

/**
 * What a connection test is to call: a saved provider, what a form holds, or a saved one with the form's
 * changes. A saved key goes only to the server it was entered for.
 * @throws AppError `not_found`, `missing_field` or `invalid_field` on `base_url`, `api_key` or
 * `settings.<name>`
 */
export async function providerConnection(
  deps: Deps,
  actor: Actor,
  input: TestProviderInput,
): Promise<ProviderConnection> {
  requireAdmin(actor);
  if (input.id === undefined) return formConnection(input);
  const row = await findProvider(deps.em, input.id);
  const definition = providerDefinition(row.dialect);
  const baseUrl = input.base_url ?? row.baseUrl;
  if (row.preset !== 'demo') requireWellFormedAddress(baseUrl);
  return {
    definition,
    settings: input.settings === undefined ? row.settings : requireSettings(definition, input.settings),
    baseUrl,
    apiKey: keyFor(deps, row, { definition, baseUrl, input: input.api_key }),
    model: input.upstream_model ?? (await anyChatModel(deps, row.id)),
    providerId: row.id,
  };
}

function formConnection(input: TestProviderInput): ProviderConnection {
  if (input.base_url === undefined) {
    throw refusal('address_to_test_missing', {}, { param: 'base_url' });
  }
  requireWellFormedAddress(input.base_url);
  const definition = dialectOf(findPreset(input.preset ?? null), input.dialect);
  return {
    definition,
    settings: requireSettings(definition, input.settings ?? {}),
    baseUrl: input.base_url,
    apiKey: readSecret(definition, input.api_key ?? '').secret,
    model: input.upstream_model ?? null,
    providerId: null,
  };
}

/** The key that this provider is called with, opened. */
export function openProviderKey(deps: Deps, row: Provider): string | null {
  return row.apiKey === null || row.apiKey === undefined
    ? null
    : deps.secrets.open(row.apiKey, providerKeyBinding(row));
}

function keyFor(deps: Deps, row: Provider, change: SecretChange): string | null {
  if (row.preset === 'demo') return null;
  const replacement = replacementOf(row, change);
  return replacement === null ? openProviderKey(deps, row) : replacement.secret;
}

/** A model to ask when the administrator names none: the first of the provider's that chats. */
async function anyChatModel(deps: Deps, providerId: number): Promise<string | null> {
  const model = await deps.em.findOne(
    Model,
    { provider: providerId, type: { $in: ['language', 'vision'] } },
    { orderBy: { id: 'asc' } },
  );
  return model === null ? null : (model.upstreamModel ?? model.title);
}
