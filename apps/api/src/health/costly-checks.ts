import { findKnownJournals } from '@aigc/core/calls/known-journals';
import { findJournalFaults } from '@aigc/core/health/find-journal-faults';
import { countHolds } from '@aigc/core/health/find-dead-holds';
import { databaseSize, logMonths, type LogMonth } from '@aigc/core/health/storage-sizes';
import { upstreamsLately, type UpstreamLately } from '@aigc/core/health/upstreams-lately';
import { readSettings } from '@aigc/core/settings/settings';
import { callBodiesCheck } from '../checks/check-call-bodies.ts';
import { failuresCheck, latencyCheck } from '../checks/check-calls.ts';
import { modelsCheck, providersCheck } from '../checks/check-catalogue.ts';
import type { ContentContext } from '../checks/check-context.ts';
import { dataDirectoryCheck, secretKeysCheck } from '../checks/check-data-directory.ts';
import { clockCheck, migrationsCheck } from '../checks/check-database.ts';
import { administratorCheck, storedSecretsCheck } from '../checks/check-installation.ts';
import { judgeJournals } from '../checks/check-journals.ts';
import { logStorageCheck } from '../checks/check-log-storage.ts';
import { outboundCheck } from '../checks/check-outbound.ts';
import { judgePlugins } from '../checks/check-plugins.ts';
import { redisCheck } from '../checks/check-redis.ts';
import { holdsCheck } from '../checks/check-books.ts';
import { runChecks, type Check, type NamedFinding } from '../checks/finding.ts';
import type { Container } from '../container.ts';
import { journalDirectory } from '../journal-directory.ts';
import { serverContext } from './server-context.ts';

/** What takes the database or the disk a while, and does not change from one moment to the next. */
export interface CostlyFacts {
  findings: NamedFinding[];
  databaseBytes: number | null;
  months: LogMonth[];
  retentionDays: number | null;
  upstreams: UpstreamLately[];
  quarantined: number;
  heldCalls: number;
  elsewhere: { host: string; processes: number }[];
  at: Date;
}

const CHECKS: readonly Check<ContentContext>[] = [
  dataDirectoryCheck,
  secretKeysCheck,
  redisCheck,
  migrationsCheck,
  clockCheck,
  administratorCheck,
  storedSecretsCheck,
  holdsCheck,
  logStorageCheck,
  callBodiesCheck,
  modelsCheck,
  providersCheck,
  outboundCheck,
  failuresCheck,
  latencyCheck,
];

const HOUR_MS = 3_600_000;

/** Looks at everything once. A part that cannot be looked at is a finding, and the others are told. */
export async function readCostlyFacts(container: Container): Promise<CostlyFacts> {
  const context = serverContext(container);
  const facts: CostlyFacts = {
    findings: [],
    databaseBytes: null,
    months: [],
    retentionDays: null,
    upstreams: [],
    quarantined: 0,
    heldCalls: 0,
    elsewhere: [],
    at: context.now,
  };
  const journals: Check<ContentContext> = {
    name: 'journals',
    async run({ em, env }) {
      const faults = await findJournalFaults(em(), journalDirectory(env.dataDir));
      facts.quarantined = faults.quarantined;
      return judgeJournals(faults, true);
    },
  };
  const plugins: Check<ContentContext> = {
    name: 'plugins',
    run: () => judgePlugins(container.plugins.list()),
  };
  facts.findings = await runChecks([...CHECKS, journals, plugins], context);
  await readFigures(context, facts).catch((error: unknown) => {
    container.log.warn({ err: error }, 'Figures of the health page could not be read.');
  });
  return facts;
}

async function readFigures({ em, env, now }: ContentContext, facts: CostlyFacts): Promise<void> {
  facts.databaseBytes = await databaseSize(em());
  facts.months = await logMonths(em());
  facts.retentionDays = (await readSettings(em())).logRetentionDays;
  facts.upstreams = await upstreamsLately(em(), new Date(now.getTime() - HOUR_MS));
  const holds = await countHolds(em());
  facts.heldCalls = holds.running + holds.dead;
  const counts = new Map<string, number>();
  for (const { host, isHere, isAlive } of await findKnownJournals(em(), journalDirectory(env.dataDir))) {
    if (isHere || !isAlive || host === null) continue;
    counts.set(host, (counts.get(host) ?? 0) + 1);
  }
  facts.elsewhere = [...counts].map(([host, processes]) => ({ host, processes }));
}
