import type { Sql } from '@aigc/db/sql-session';

const FREE_CLAIMS = {
  name: 'free-claims',
  text: `delete from aigcspace.idempotency_claims c where c.instance_id = $1 and c.answered_at is null
    and not exists (select 1 from aigcspace.quarantined_settlements q
      where q.request_id = c.request_id and q.resolved_at is null and q.record->'outcome'->>'status' = 'success')`,
};

/**
 * Frees the `Idempotency-Key`s whose calls never settled, once their process has ended. A success that was set aside
 * keeps its key: it may still be billed, and a repeat beside it would be a second bill.
 */
export async function freeClaims(sql: Pick<Sql, 'query'>, instanceId: string): Promise<void> {
  await sql.query(FREE_CLAIMS, [instanceId]);
}
