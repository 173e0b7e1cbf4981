import { readJobRuns } from '@aigc/core/jobs/read-job-runs';
import { countStrayCalls, listLogPartitions, monthsAhead } from '@aigc/core/logs/partitions';
import type { ContentContext } from './doctor-context.ts';
import { count, ok, warn, type Check, type Finding } from './finding.ts';

/** Longer than any job's interval, with room for a restart. */
const LATE_MS = 24 * 3_600_000;

export const logStorageCheck: Check<ContentContext> = {
  name: 'log-storage',
  async run({ em, now }) {
    const partitions = await listLogPartitions(em());
    const existing = new Set(partitions.map(({ month }) => month));
    const missing = monthsAhead(now).filter((month) => !existing.has(month));
    const stray = await countStrayCalls(em());
    const findings: Finding[] = [];
    if (missing.length > 0) {
      findings.push(
        warn(
          `the call log has no partition for ${missing.join(', ')}`,
          'Start the server: a job makes them. Until then calls go into the default partition.',
        ),
      );
    }
    if (stray > 0) {
      findings.push(
        warn(
          `${count(stray, 'call')} lie in the default partition of the call log`,
          'Check the clocks of the machines; docs/runbooks/call-log.md says what to do with these calls.',
        ),
      );
    }
    return findings.length > 0 ? findings : ok(`the call log has ${count(partitions.length, 'month')}`);
  },
};

export const jobsCheck: Check<ContentContext> = {
  name: 'jobs',
  async run({ em, now, serverAddress }) {
    const runs = await readJobRuns(em());
    if (runs.length === 0) return ok('no server has run jobs yet');
    const failed = runs.filter(({ error }) => error !== null);
    // Without a server nothing is late.
    const late =
      serverAddress === null
        ? []
        : runs.filter(
            ({ error, succeededAt, startedAt }) =>
              error === null && now.getTime() - (succeededAt ?? startedAt).getTime() > LATE_MS,
          );
    const fix =
      'The log of the server that runs jobs (ROLE=all or jobs) says more; it tries again by itself.';
    const findings = [
      ...failed.map(({ name, error }) => warn(`the job ${name} failed: ${error ?? ''}`, fix)),
      ...late.map(({ name }) => warn(`the job ${name} has not succeeded for a day`, fix)),
    ];
    return findings.length > 0 ? findings : ok(`${count(runs.length, 'job')} did their work`);
  },
};
