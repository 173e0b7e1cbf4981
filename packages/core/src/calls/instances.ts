import type { SqlSession } from '@aigc/db/sql-session';

/** How often a process with holds in the database says that it lives. */
export const HEARTBEAT_MS = 5_000;
/** A process that has said nothing for this long, and has lost its lock, is dead. */
export const SILENT_SECONDS = 20;

const SEEN = {
  name: 'instance-seen',
  text: `insert into aigcspace.instances (instance_id, home) values ($1, $2)
    on conflict (instance_id) do update set seen_at = now()`,
};

const GONE = { name: 'instance-gone', text: 'delete from aigcspace.instances where instance_id = $1' };

/** Says that the process lives. `home` names its machine and data directory. */
export async function noteAlive(session: SqlSession, instanceId: string, home: string): Promise<void> {
  await session.query(SEEN, [instanceId, home]);
}

/** Says that the process has ended with nothing left to do. */
export async function noteGone(session: SqlSession, instanceId: string): Promise<void> {
  await session.query(GONE, [instanceId]);
}
