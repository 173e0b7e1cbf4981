import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Provider } from '@aigc/db/entities/provider';
import { refusal } from '@aigc/shared/refusals';
import type { Conflict } from '../name-conflicts.ts';

/** A provider, locked inside a transaction. @throws AppError `not_found` */
export async function findProvider(em: EntityManager, id: number): Promise<Provider> {
  const provider = await em.findOne(
    Provider,
    { id },
    em.isInTransaction() ? { lockMode: LockMode.PESSIMISTIC_WRITE } : {},
  );
  if (provider === null) throw refusal('no_such_provider', {}, { param: 'id' });
  return provider;
}

export function providerNameTaken(name: string): Conflict {
  return () => refusal('provider_name_taken', { name }, { param: 'name' });
}
