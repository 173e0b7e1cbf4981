import type { EntityManager } from '@mikro-orm/postgresql';

/** Failed calls of one model for one reason. */
export interface RecentFailures {
  model: string;
  /** Of the error catalogue. */
  code: string;
  calls: number;
}

/** What failed since a time, most frequent first. */
export async function recentFailures(em: EntityManager, since: Date): Promise<RecentFailures[]> {
  return em.execute<RecentFailures[]>(
    `select r.model_name as model, b.key as code, sum(b.value::int)::int as calls
     from aigcspace.call_rollups r, jsonb_each_text(r.errors) b
     where r.hour >= ? group by 1, 2 order by 3 desc, 1, 2`,
    [since],
  );
}
