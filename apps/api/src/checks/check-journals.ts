import { countWrongBudgets, findWrongLeased } from '@aigc/core/health/find-book-faults';
import { findJournalFaults, type JournalFaults } from '@aigc/core/health/find-journal-faults';
import { journalDirectory } from '../journal-directory.ts';
import type { ContentContext } from './check-context.ts';
import { fail, ok, warn, type Check, type Finding } from './finding.ts';

export const leasesCheck: Check<ContentContext> = {
  name: 'leases',
  async run({ em }) {
    const findings = (await findWrongLeased(em())).map(({ account_id, owner, found, expected }) =>
      fail('leases.wrong', { owner, found, expected, id: account_id }),
    );
    const wrongBudgets = await countWrongBudgets(em());
    if (wrongBudgets > 0) {
      findings.push(fail('leases.wrong_budgets', { count: wrongBudgets }));
    }
    return findings.length > 0 ? findings : ok('leases.ok');
  },
};

/** More than this waits only while the database cannot keep up, or is away. */
const MUCH_UNDRAINED = 10_000;

export const journalsCheck: Check<ContentContext> = {
  name: 'journals',
  async run({ em, env, serverAddress }) {
    const faults = await findJournalFaults(em(), journalDirectory(env.dataDir));
    return judgeJournals(faults, serverAddress !== null);
  },
};

export function judgeJournals(faults: JournalFaults, isServerRunning: boolean): Finding | Finding[] {
  const findings: Finding[] = faults.damaged.map((reason) => fail('journals.damaged', { reason }));
  if (faults.quarantined > 0) {
    findings.push(fail('journals.quarantined', { count: faults.quarantined }));
  }
  for (const { id, host, leased } of faults.missing) {
    findings.push(warn('journals.missing', { id, host, leased }));
  }
  findings.push(...judgeBacklog(faults.undrainedRecords, isServerRunning));
  if (findings.length > 0) return findings;
  return faults.running === 0 ? ok('journals.ok') : ok('journals.running');
}

function judgeBacklog(undrained: number, isServerRunning: boolean): Finding[] {
  if (!isServerRunning && undrained > 0) {
    return [warn('journals.left', { count: undrained })];
  }
  if (undrained <= MUCH_UNDRAINED) return [];
  return [warn('journals.behind', { count: undrained })];
}
