import { readJobRuns } from '@aigc/core/jobs/read-job-runs';
import { countStrayCalls, listLogPartitions, monthsAhead } from '@aigc/core/logs/partitions';
import type { ContentContext } from './check-context.ts';
import { ok, warn, type Check, type Finding } from './finding.ts';

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
      findings.push(warn('log_storage.months_missing', { names: missing }));
    }
    if (stray > 0) {
      findings.push(warn('log_storage.stray', { count: stray }));
    }
    return findings.length > 0 ? findings : ok('log_storage.ok', { count: partitions.length });
  },
};

export const jobsCheck: Check<ContentContext> = {
  name: 'jobs',
  async run({ em, now, serverAddress }) {
    const runs = await readJobRuns(em());
    if (runs.length === 0) return ok('jobs.none');
    const failed = runs.filter(({ error }) => error !== null);
    // Without a server nothing is late.
    const late =
      serverAddress === null
        ? []
        : runs.filter(
            ({ error, succeededAt, startedAt }) =>
              error === null && now.getTime() - (succeededAt ?? startedAt).getTime() > LATE_MS,
          );
    const findings = [
      ...failed.map(({ name, error }) => warn('jobs.failed', { job: name, reason: error ?? '' })),
      ...late.map(({ name }) => warn('jobs.late', { job: name })),
    ];
    return findings.length > 0 ? findings : ok('jobs.ok', { count: runs.length });
  },
};
