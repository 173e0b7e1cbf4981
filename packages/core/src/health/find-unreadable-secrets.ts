import { Model } from '@aigc/db/entities/model';
import { OwnProviderKey } from '@aigc/db/entities/own-provider-key';
import { Provider } from '@aigc/db/entities/provider';
import type { Deps } from '../deps.ts';
import { ownKeyBinding } from '../own-keys/own-key-binding.ts';
import { openProviderKey } from '../providers/provider-connection.ts';
import { localKeyBinding } from '../upstreams/secret-bindings.ts';

export interface UnreadableSecrets {
  /** How many were tried. */
  stored: number;
  /** What they belong to, e.g. `provider OpenAI`. */
  unreadable: string[];
}

/** Opens every stored key to see that it can be read: none leaves this function. */
export async function findUnreadableSecrets(deps: Deps): Promise<UnreadableSecrets> {
  const providers = await deps.em.find(Provider, { apiKey: { $ne: null } }, { orderBy: { id: 'asc' } });
  const models = await deps.em.find(
    Model,
    { isLocal: true, localApiKey: { $ne: null } },
    { orderBy: { id: 'asc' } },
  );
  const ownKeys = await deps.em.find(OwnProviderKey, {}, { orderBy: { id: 'asc' } });
  const unreadable = [
    ...providers
      .filter((provider) => !isReadable(() => openProviderKey(deps, provider)))
      .map(({ name }) => `provider ${name}`),
    ...models
      .filter((model) => !isReadable(() => openLocalKey(deps, model)))
      .map(({ id }) => `local model ${id}`),
    ...ownKeys
      .filter((key) => !isReadable(() => openOwnKey(deps, key)))
      .map(({ id }) => `own provider key ${id}`),
  ];
  return { stored: providers.length + models.length + ownKeys.length, unreadable };
}

function openLocalKey(deps: Deps, model: Model): string {
  const { id, user: userId, baseUrl, localApiKey } = model;
  // Constraints of the table keep local models from being incomplete.
  if (!userId || !baseUrl || !localApiKey) throw new Error('the local model is incomplete');
  return deps.secrets.open(localApiKey, localKeyBinding({ id, userId, baseUrl }));
}

function openOwnKey(deps: Deps, { id, user: userId, origin, apiKey }: OwnProviderKey): string {
  return deps.secrets.open(apiKey, ownKeyBinding({ id, userId, origin }));
}

function isReadable(open: () => unknown): boolean {
  try {
    open();
    return true;
  } catch {
    return false;
  }
}
