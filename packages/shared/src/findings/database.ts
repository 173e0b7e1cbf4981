import { count, listNames, seconds, type Names, type Path, type Count, type Reason } from './words.ts';

const JOB_FIX =
  'The log of the server that runs jobs (ROLE=all or jobs) says more; it tries again by itself.';
const NTP_FIX = 'Let both machines set their clocks by NTP.';
const clocks = ({ skewMs }: { skewMs: number }): string =>
  `the clocks of this machine and of the database differ by ${seconds(skewMs)} s`;

/** The database, and what is kept in it. */
export const DATABASE_FINDINGS = {
  'database.none': {
    message: ({ path }: Path) => `there is no database in ${path} yet`,
    fix: () => 'Run `npm start`, or `npm run cli -- install`.',
  },
  'database.unusable_embedded': {
    message: ({ reason }: Reason) => reason,
    fix: () => 'Mend what the message names, then start the server with `npm start`.',
  },
  'database.unusable': {
    message: ({ reason }: Reason) => reason,
    fix: () => 'Check DATABASE_URL, and that the PostgreSQL server runs and lets this user in.',
  },
  'database.embedded': {
    message: ({ version }: { version: string }) => `the embedded PostgreSQL answers (${version})`,
  },
  'database.ok': {
    message: ({ version }: { version: string }) => `the PostgreSQL of DATABASE_URL answers (${version})`,
  },
  'database.old': {
    message: ({ version }: { version: string; oldest: number }) => `PostgreSQL is ${version}`,
    fix: ({ oldest }: { version: string; oldest: number }) => `Upgrade it to PostgreSQL ${oldest} or later.`,
  },
  'migrations.ok': {
    message: (p: Count) => `the tables are up to date (${count(p.count, 'migration')})`,
  },
  'migrations.pending': {
    message: (p: Count) => `${count(p.count, 'migration')} pending`,
    fix: () => 'Run `npm run cli -- migrate`, or start the server.',
  },
  'migrations.newer': {
    message: ({ names }: Names) => `the database belongs to a newer version (${names.join(', ')})`,
    fix: () => 'Update this installation to the version that made it.',
  },
  'migrations.needed': { message: () => 'needs tables of this version' },
  'clock.ok': { message: () => 'this machine and the database have the same time' },
  'clock.apart': { message: clocks, fix: () => NTP_FIX },
  'clock.far_apart': { message: clocks, fix: () => NTP_FIX },
  'administrator.not_installed': {
    message: () => 'nobody has set up this installation yet',
    fix: () => 'Run `npm run cli -- install`, or open the link that the server prints at its start.',
  },
  'administrator.ok': { message: (p: Count) => count(p.count, 'active administrator') },
  'administrator.none': {
    message: () => 'there is no active administrator',
    fix: () => 'Run `npm run cli -- user set-role <email> admin`.',
  },
  'secrets.no_keys': { message: () => 'the database has no key-encryption keys yet' },
  'secrets.wrong_keys': {
    message: ({ reason }: Reason) => reason,
    fix: () => 'Give the keys with which this database was installed; nothing else can read its secrets.',
  },
  'secrets.not_loaded': { message: () => 'the key-encryption keys cannot be loaded' },
  'secrets.ok': {
    message: (p: Count) => `the key-encryption keys fit; ${count(p.count, 'stored key')} can be read`,
  },
  'secrets.unreadable': {
    message: ({ names }: Names) => `keys cannot be read: ${listNames(names)}`,
    fix: () =>
      'Enter those keys again in the panel: they were changed in the database or copied from elsewhere.',
  },
  'log_storage.ok': { message: (p: Count) => `the call log has ${count(p.count, 'month')}` },
  'log_storage.months_missing': {
    message: ({ names }: Names) => `the call log has no partition for ${names.join(', ')}`,
    fix: () => 'Start the server: a job makes them. Until then calls go into the default partition.',
  },
  'log_storage.stray': {
    message: (p: Count) => `${count(p.count, 'call')} lie in the default partition of the call log`,
    fix: () =>
      'Check the clocks of the machines; docs/runbooks/call-log.md says what to do with these calls.',
  },
  'call_bodies.off': { message: () => 'requests and answers of calls are not kept' },
  'call_bodies.kept': {
    message: ({ mode, days, mebibytes }: { mode: string; days: number; mebibytes: number }) =>
      `requests and answers of ${mode === 'all' ? 'all calls' : 'calls that failed'} are kept for ${count(days, 'day')} (${mebibytes} MiB now)`,
  },
  'call_bodies.unreadable': {
    message: () => 'requests and answers that were kept cannot be read',
    fix: () => 'They were written with other key-encryption keys: give every server the same SECRET_KEYS.',
  },
  'call_bodies.overdue': {
    message: () => 'requests and answers of calls are kept longer than the platform settings say',
    fix: () => 'Start a server that runs jobs (ROLE=all or jobs): one deletes them every ten minutes.',
  },
  'jobs.none': { message: () => 'no server has run jobs yet' },
  'jobs.ok': { message: (p: Count) => `${count(p.count, 'job')} did their work` },
  'jobs.failed': {
    message: ({ job, reason }: { job: string } & Reason) => `the job ${job} failed: ${reason}`,
    fix: () => JOB_FIX,
  },
  'jobs.late': {
    message: ({ job }: { job: string }) => `the job ${job} has not succeeded for a day`,
    fix: () => JOB_FIX,
  },
} as const;
