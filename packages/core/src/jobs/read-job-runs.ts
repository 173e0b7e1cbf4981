import type { EntityManager } from '@mikro-orm/postgresql';

/** The last run of a job, by whichever process. */
export interface JobRunView {
  name: string;
  startedAt: Date;
  /** Null: it runs, or its process died. */
  finishedAt: Date | null;
  succeededAt: Date | null;
  /** Why the last run failed. */
  error: string | null;
}

export async function readJobRuns(em: EntityManager): Promise<JobRunView[]> {
  const rows = await em.execute<
    {
      name: string;
      started_at: string;
      finished_at: string | null;
      succeeded_at: string | null;
      error: string | null;
    }[]
  >('select name, started_at, finished_at, succeeded_at, error from aigcspace.job_runs order by name');
  return rows.map(
    ({ name, started_at: startedAt, finished_at: finishedAt, succeeded_at: succeededAt, error }) => ({
      name,
      startedAt: new Date(startedAt),
      finishedAt: finishedAt === null ? null : new Date(finishedAt),
      succeededAt: succeededAt === null ? null : new Date(succeededAt),
      error,
    }),
  );
}
