import { deleteCallBodies } from '../call-bodies/delete-call-bodies.ts';
import { deleteExpiredClaims } from '../idempotency/claims.ts';
import { deleteOldCalls } from '../logs/delete-old-calls.ts';
import { createLogPartitions } from '../logs/partitions.ts';
import { deleteExpiredSessions } from '../sessions/delete-expired-sessions.ts';
import { foldRollups } from '../stats/fold-rollups.ts';
import type { Job } from './run-job.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What the installation does by itself. */
export const JOBS: readonly Job[] = [
  {
    name: 'log-partitions',
    everyMs: 6 * HOUR_MS,
    async run({ em, now }) {
      const made = await createLogPartitions(em, now);
      return made === 0 ? null : { made };
    },
  },
  {
    name: 'rollup-folds',
    everyMs: 5 * MINUTE_MS,
    async run({ em, now, signal }) {
      const hours = await foldRollups(em, now, signal);
      return hours === 0 ? null : { hours };
    },
  },
  {
    name: 'log-retention',
    everyMs: HOUR_MS,
    async run({ em, now, signal }) {
      const { months, calls } = await deleteOldCalls(em, now, signal);
      return months.length === 0 && calls === 0 ? null : { months, calls };
    },
  },
  {
    name: 'call-bodies',
    everyMs: 10 * MINUTE_MS,
    async run({ em, now, signal }) {
      const bodies = await deleteCallBodies(em, now, signal);
      return bodies === 0 ? null : { bodies };
    },
  },
  {
    name: 'expired-sessions',
    everyMs: HOUR_MS,
    async run({ em }) {
      await deleteExpiredSessions(em);
      return null;
    },
  },
  {
    name: 'expired-claims',
    everyMs: 10 * MINUTE_MS,
    async run({ em }) {
      const claims = await deleteExpiredClaims(em);
      return claims === 0 ? null : { claims };
    },
  },
];
