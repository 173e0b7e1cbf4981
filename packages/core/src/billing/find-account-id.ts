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

/** The account of a user's own organisation; undefined: there is no such user. */
export async function findUserAccount(
  em: EntityManager,
  userId: string,
): Promise<{ id: string; organisationId: string } | undefined> {
  const [account] = await em.execute<{ id: string; organisation_id: string }[]>(
    `select a.id, a.organisation_id
     from aigcspace.accounts a
     join aigcspace.organisations o on o.id = a.organisation_id and o.kind = 'personal'
     join aigcspace.memberships m on m.organisation_id = o.id and m.role = 'owner'
     where m.user_id = ?`,
    [userId],
  );
  return account && { id: account.id, organisationId: account.organisation_id };
}
