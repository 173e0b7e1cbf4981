import type { EntityManager } from '@mikro-orm/postgresql';

/** How many models each provider has, by provider id. */
export async function countModels(em: EntityManager): Promise<Map<number, number>> {
  const rows = await em.execute<{ provider_id: number; count: number }[]>(
    `select provider_id, count(*)::int as count from aigcspace.models
     where provider_id is not null group by provider_id`,
  );
  return new Map(rows.map((row) => [row.provider_id, row.count]));
}
