import type { EntityManager } from '@mikro-orm/postgresql';

/** How many models of each enabled provider programs can call, by provider id. */
export async function countCallableModels(em: EntityManager): Promise<Map<number, number>> {
  const rows = await em.execute<{ provider_id: number; count: number }[]>(
    `select m.provider_id, count(*)::int as count from aigcspace.models m
     join aigcspace.providers p on p.id = m.provider_id and p.status = 'enabled'
     where m.is_api_enabled and m.input_price is not null and m.output_price is not null group by m.provider_id`,
  );
  return new Map(rows.map((row) => [row.provider_id, row.count]));
}
