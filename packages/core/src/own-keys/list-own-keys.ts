import { OwnProviderKey } from '@aigc/db/entities/own-provider-key';
import { Provider } from '@aigc/db/entities/provider';
import type { OwnKey } from '@aigc/shared/schemas/own-keys';
import type { UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { countCallableModels } from './count-callable-models.ts';
import { takesOwnKeys } from './find-own-key.ts';
import { toOwnKey } from './own-key-view.ts';

/** The providers that take own keys, by name, with the actor's; of a disabled one only if the actor has a key. */
export async function listOwnKeys(deps: Deps, actor: UserActor): Promise<OwnKey[]> {
  const providers = await deps.em.findAll(Provider, { orderBy: { name: 'asc' } });
  const keys = await deps.em.find(OwnProviderKey, { user: actor.userId });
  const keyOf = new Map(keys.map((key) => [key.provider, key]));
  const counts = await countCallableModels(deps.em);
  return providers
    .filter(takesOwnKeys)
    .filter(({ id, status }) => status === 'enabled' || keyOf.has(id))
    .map((provider) => toOwnKey(provider, keyOf.get(provider.id) ?? null, counts.get(provider.id) ?? 0));
}
