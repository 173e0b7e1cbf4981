import type { Sql, SqlSession } from '@aigc/db/sql-session';

/** How often a process says that it lives. */
export const HEARTBEAT_MS = 5_000;
/** A process that has said nothing for this long, and has lost its lock, is dead. */
export const SILENT_SECONDS = 20;

const SEEN = {
  name: 'instance-seen',
  text: `insert into aigcspace.instances (instance_id, home) values ($1, $2)
    on conflict (instance_id) do update set seen_at = now()`,
};

const GONE = { name: 'instance-gone', text: 'delete from aigcspace.instances where instance_id = $1' };

/** SQL expression: whether the process that `instanceId` (an expression) names has lately said that it lives. */
export const SEEN_LATELY = (instanceId: string): string => `exists (
  select 1 from aigcspace.instances i
  where i.instance_id = ${instanceId} and i.seen_at >= now() - interval '${SILENT_SECONDS} seconds')`;

/** Says that the process lives. `home` names its machine and data directory. */
export async function noteAlive(session: SqlSession, instanceId: string, home: string): Promise<void> {
  await session.query(SEEN, [instanceId, home]);
}

/** Says that the process has ended with nothing left to do. */
export async function noteGone(session: Pick<Sql, 'query'>, instanceId: string): Promise<void> {
  await session.query(GONE, [instanceId]);
}
