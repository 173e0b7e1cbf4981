import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { OwnProviderKey } from '@aigc/db/entities/own-provider-key';
import { Provider } from '@aigc/db/entities/provider';
import type { AppError } from '@aigc/shared/errors';
import { refusal } from '@aigc/shared/refusals';
import type { UserActor } from '../actor.ts';

const param = 'provider_id';

/** The built-in demo is called without a key. */
export function takesOwnKeys({ preset }: Pick<Provider, 'preset'>): boolean {
  return preset !== 'demo';
}

/** The provider an own key is for. @throws AppError `not_found` */
export async function findKeyProvider(em: EntityManager, id: number): Promise<Provider> {
  const provider = await em.findOne(Provider, { id });
  if (provider === null || !takesOwnKeys(provider)) {
    throw refusal('no_such_provider', {}, { param });
  }
  return provider;
}

/** The actor's own key for a provider, locked; null: there is none. */
export async function findOwnKey(
  em: EntityManager,
  actor: UserActor,
  providerId: number,
): Promise<OwnProviderKey | null> {
  return em.findOne(
    OwnProviderKey,
    { user: actor.userId, provider: providerId },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
}

export function noOwnKey(): AppError {
  return refusal('no_own_key', {}, { param });
}
