import { defineEntity, p } from '@mikro-orm/core';
import { SCHEMA } from './columns.ts';

const JobRunSchema = defineEntity({
  name: 'JobRun',
  tableName: 'job_runs',
  schema: SCHEMA,
  properties: {
    name: p.string().length(50).primary(),
    startedAt: p.datetime(),
    /** Null: it runs, or its process died. */
    finishedAt: p.datetime().nullable(),
    succeededAt: p.datetime().nullable(),
    /** Why the last run failed. */
    error: p.text().nullable(),
  },
});

/** The last run of each scheduled job, whichever process did it. */
export class JobRun extends JobRunSchema.class {}
JobRunSchema.setClass(JobRun);
