import type { EntityManager } from '@mikro-orm/postgresql';

/** The account that an organisation's calls are billed to. */
export async function findAccountId(em: EntityManager, organisationId: string): Promise<string> {
  const [account] = await em.execute<{ id: string }[]>(
    'select id from aigcspace.accounts where organisation_id = ?',
    [organisationId],
  );
  if (account === undefined) throw new Error(`organisation ${organisationId} has no account`);
  return account.id;
}
