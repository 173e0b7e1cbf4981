import { bodiesKeptFrom } from '../call-bodies/delete-call-bodies.ts';
import { openBodies } from '../call-bodies/kept-bodies.ts';
import type { Deps } from '../deps.ts';
import { readSettings } from '../settings/settings.ts';
import type { BodyLogMode } from '@aigc/shared/schemas/call-bodies';

/** What is wrong with the bodies of calls that are kept. */
export interface BodyFaults {
  mode: BodyLogMode;
  keepDays: number;
  /** Of the table with all that belongs to it. */
  bytes: number;
  /** Some should have been deleted longer than an hour ago. */
  isOverdue: boolean;
  /** Whether the newest one can be read; null: there is none. */
  isReadable: boolean | null;
}

/** The job comes every ten minutes. */
const PATIENCE_MS = 3_600_000;

/** Looks at what is kept without showing any of it. */
export async function findBodyFaults(deps: Deps, now: Date): Promise<BodyFaults> {
  const { bodyLogging } = await readSettings(deps.em);
  const keptFrom = (await bodiesKeptFrom(deps.em, now)) ?? now;
  const overdueFrom = new Date(keptFrom.getTime() - PATIENCE_MS);
  const [row] = await deps.em.execute<{ bytes: string; overdue: boolean }[]>(
    `select pg_total_relation_size('aigcspace.call_bodies')::text as bytes,
       exists (select 1 from aigcspace.call_bodies where created_at < ?) as overdue`,
    [overdueFrom],
  );
  return {
    mode: bodyLogging.mode,
    keepDays: bodyLogging.keepDays,
    bytes: Number(row?.bytes ?? 0),
    isOverdue: row?.overdue === true,
    isReadable: await isNewestReadable(deps, new Date(now.getTime() - PATIENCE_MS)),
  };
}

/** Of the last hour, so that the look-up is short however much there is. */
async function isNewestReadable(deps: Deps, since: Date): Promise<boolean | null> {
  const [row] = await deps.em.execute<{ request_id: string; user_id: string; sealed: string }[]>(
    `select request_id, user_id, sealed from aigcspace.call_bodies
     where created_at >= ? and sealed is not null order by created_at desc limit 1`,
    [since],
  );
  if (row === undefined) return null;
  const owner = { requestId: row.request_id, userId: row.user_id };
  return openBodies(deps.secrets, owner, row.sealed).then(
    () => true,
    () => false,
  );
}
