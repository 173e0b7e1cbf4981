import { setTimeout as delay } from 'node:timers/promises';
import { JOBS } from '@aigc/core/jobs/all-jobs';
import { runJob, type Job } from '@aigc/core/jobs/run-job';
import { isDatabaseUnavailable } from '@aigc/db/database-unavailable';
import type { Orm } from '@aigc/db/orm';
import type { Log } from '../log.ts';

export interface JobsDeps {
  orm: Orm;
  log: Log;
  jobs?: readonly Job[];
}

export interface RunningJobs {
  /** Asks what runs to end, and waits until it has. */
  stop(): Promise<void>;
}

/** A start is busy enough; and several processes that start together should not ask at the same moment. */
const FIRST_AFTER_MS = 1_000;
const STOP_MS = 3_000;
/** Up to this share of the interval is added. */
const JITTER = 0.1;

/** Runs the scheduled jobs until they are stopped. Of several processes that do so, one runs each job when it is due. */
export function startJobs({ orm, log, jobs = JOBS }: JobsDeps): RunningJobs {
  const ending = new AbortController();
  const timers = new Set<NodeJS.Timeout>();
  const running = new Set<Promise<void>>();

  function schedule(job: Job, afterMs: number): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      const run = runLogged(job).finally(() => {
        running.delete(run);
        if (!ending.signal.aborted) schedule(job, job.everyMs * (1 + Math.random() * JITTER));
      });
      running.add(run);
    }, afterMs);
    timer.unref();
    timers.add(timer);
  }

  async function runLogged(job: Job): Promise<void> {
    try {
      const result = await runJob(job, { em: orm.em.fork(), now: new Date(), signal: ending.signal });
      if (result.state === 'done' && result.did !== null) {
        log.info({ job: job.name, ...result.did }, 'A job has done its work.');
      }
    } catch (error) {
      if (ending.signal.aborted) return;
      if (isDatabaseUnavailable(error)) {
        log.warn({ job: job.name, err: error }, 'A job could not run: the database is away.');
      } else log.error({ job: job.name, err: error }, 'A job failed. It will run again.');
    }
  }

  jobs.forEach((job, index) => schedule(job, FIRST_AFTER_MS * (1 + index * Math.random())));
  return {
    async stop() {
      ending.abort();
      for (const timer of timers) clearTimeout(timer);
      // What waits for a database that does not answer is left to it.
      await Promise.race([Promise.all(running), delay(STOP_MS, undefined, { ref: false })]);
    },
  };
}
