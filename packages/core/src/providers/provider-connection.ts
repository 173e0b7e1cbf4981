import type { Provider } from '@aigc/db/entities/provider';
import { Model } from '@aigc/db/entities/model';
import { AppError } from '@aigc/shared/errors';
import type { testProviderInputSchema } from '@aigc/shared/schemas/providers';
import type { z } from 'zod';
import type { Actor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { requireAdmin } from '../require-admin.ts';
import { providerKeyBinding } from '../upstreams/secret-bindings.ts';
import { requireWellFormedAddress } from '../upstreams/upstream-address.ts';
import { decideKey, readKey } from '../upstreams/upstream-key.ts';
import { dialectOf, findPreset } from './find-preset.ts';
import { findProvider } from './find-provider.ts';

export type TestProviderInput = z.output<typeof testProviderInputSchema>;

export interface ProviderConnection {
  dialect: string;
  baseUrl: string;
  apiKey: string | null;
  /** The upstream's name of the model to ask; null: none is known yet. */
  model: string | null;
  providerId: number | null;
}

/**
 * What a connection test is to call: a saved provider, what a form holds, or a saved one with the form's
 * changes. A saved key goes only to the server it was entered for.
 * @throws AppError `not_found`, `missing_field` or `invalid_field` on `base_url` or `api_key`
 */
export async function providerConnection(
  deps: Deps,
  actor: Actor,
  input: TestProviderInput,
): Promise<ProviderConnection> {
  requireAdmin(actor);
  if (input.id === undefined) return formConnection(input);
  const row = await findProvider(deps.em, input.id);
  const baseUrl = input.base_url ?? row.baseUrl;
  if (row.preset !== 'demo') requireWellFormedAddress(baseUrl);
  return {
    dialect: row.dialect,
    baseUrl,
    apiKey: keyFor(deps, row, { baseUrl, input: input.api_key }),
    model: input.upstream_model ?? (await anyChatModel(deps, row.id)),
    providerId: row.id,
  };
}

function formConnection(input: TestProviderInput): ProviderConnection {
  if (input.base_url === undefined) {
    throw new AppError('missing_field', 'Enter the address to test.', { param: 'base_url' });
  }
  requireWellFormedAddress(input.base_url);
  return {
    dialect: dialectOf(findPreset(input.preset ?? null)),
    baseUrl: input.base_url,
    apiKey: readKey(input.api_key ?? ''),
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

function keyFor(
  deps: Deps,
  row: Provider,
  change: { baseUrl: string; input: string | undefined },
): string | null {
  if (row.preset === 'demo') return null;
  const hasKey = (row.apiKey ?? null) !== null;
  const decision = decideKey({ hasKey, baseUrlBefore: row.baseUrl, ...change });
  return decision === 'keep' ? openProviderKey(deps, row) : decision.replace;
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
