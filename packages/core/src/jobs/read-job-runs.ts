import type { EntityManager } from '@mikro-orm/postgresql';

/** The last run of a job, by whichever process. */
export interface JobRunView {
  name: string;
  startedAt: Date;
  succeededAt: Date | null;
  /** Why the last run failed. */
  error: string | null;
}

export async function readJobRuns(em: EntityManager): Promise<JobRunView[]> {
  const rows = await em.execute<
    { name: string; started_at: string; succeeded_at: string | null; error: string | null }[]
  >('select name, started_at, succeeded_at, error from aigcspace.job_runs order by name');
  return rows.map(({ name, started_at: startedAt, succeeded_at: succeededAt, error }) => ({
    name,
    startedAt: new Date(startedAt),
    succeededAt: succeededAt === null ? null : new Date(succeededAt),
    error,
  }));
}
