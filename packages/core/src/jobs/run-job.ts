import type { EntityManager } from '@mikro-orm/postgresql';

/** Work that is done again and again, by one process at a time. */
export interface Job {
  name: string;
  everyMs: number;
  /** Returns what it did, for the log; null: there was nothing to do. */
  run(context: JobContext): Promise<Record<string, unknown> | null>;
}

export interface JobContext {
  em: EntityManager;
  now: Date;
  signal: AbortSignal;
}

export type JobResult = { state: 'done'; did: Record<string, unknown> | null } | { state: 'not_due' };

/** A run counts as due a little early, so that processes whose clocks differ do not leave every second one out. */
const EARLY_SHARE = 0.2;

const LOCK = `select pg_try_advisory_xact_lock(hashtextextended('aigc-job:' || ?, 0)) as locked`;

/**
 * Runs a job unless another process is at it, or has done it within its interval.
 * @throws what the job throws, after it was written down
 */
export async function runJob(job: Job, { em, now, signal }: JobContext): Promise<JobResult> {
  // The lock lives as long as this transaction, which does nothing else: the job's own work commits by itself.
  return em.transactional(async (tx) => {
    const [lock] = await tx.execute<{ locked: boolean }[]>(LOCK, [job.name]);
    if (lock?.locked !== true) return { state: 'not_due' };
    const work = em.fork();
    if (!(await begin(work, job, now))) return { state: 'not_due' };
    try {
      const did = await job.run({ em: em.fork(), now, signal });
      await finish(work, job.name, null);
      return { state: 'done', did };
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'not an error';
      await finish(work, job.name, reason).catch(() => {});
      throw error;
    }
  });
}

/** False: it was begun within the interval. */
async function begin(em: EntityManager, { name, everyMs }: Job, now: Date): Promise<boolean> {
  const due = new Date(now.getTime() - everyMs * (1 - EARLY_SHARE));
  const rows = await em.execute<unknown[]>(
    `insert into aigcspace.job_runs as j (name, started_at) values (?, ?)
     on conflict (name) do update set started_at = excluded.started_at, finished_at = null
       where j.started_at <= ? or j.started_at > excluded.started_at
     returning name`,
    [name, now, due],
  );
  return rows.length > 0;
}

/** `error`: why it failed; null: it succeeded. */
async function finish(em: EntityManager, name: string, error: string | null): Promise<void> {
  await em.execute(
    `update aigcspace.job_runs set finished_at = now(), error = ?,
       succeeded_at = case when ?::text is null then now() else succeeded_at end where name = ?`,
    [error, error, name],
  );
}
