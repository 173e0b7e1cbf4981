import { countWrongBudgets, findWrongLeased } from '@aigc/core/health/find-book-faults';
import { findJournalFaults, type JournalFaults } from '@aigc/core/health/find-journal-faults';
import { journalDirectory } from '../../journal-directory.ts';
import type { ContentContext } from './doctor-context.ts';
import { count, fail, ok, warn, type Check, type Finding } from './finding.ts';

export const leasesCheck: Check<ContentContext> = {
  name: 'leases',
  async run({ em }) {
    const findings = (await findWrongLeased(em())).map(({ account_id, owner, found, expected }) =>
      fail(
        `${found} of the balance of ${owner} is lent to processes, but their leases add up to ${expected}`,
        `Stop every server, then: update aigcspace.accounts set leased = ${expected} where id = '${account_id}';`,
      ),
    );
    const wrongBudgets = await countWrongBudgets(em());
    if (wrongBudgets > 0) {
      findings.push(
        fail(
          `${count(wrongBudgets, 'budget')} of keys set another amount aside than their leases add up to`,
          'Find out what wrote to the table key_budgets; its column leased is the sum of budget_leases and holds.',
        ),
      );
    }
    return findings.length > 0 ? findings : ok('what is lent to processes is the sum of their leases');
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
  const findings: Finding[] = faults.damaged.map((message) =>
    fail(message, 'docs/runbooks/journal.md says what to do, step by step.'),
  );
  if (faults.quarantined > 0) {
    findings.push(
      fail(
        `${count(faults.quarantined, 'settlement')} could not be entered: their calls are not in the log and not billed`,
        'Read the column error of the table quarantined_settlements, mend the cause, then run `npm run cli -- journal retry`.',
      ),
    );
  }
  for (const { id, host, leased } of faults.missing) {
    findings.push(
      warn(
        `the journal of ${id}${host === '' ? '' : ` on ${host}`} is not here, and ${leased} is set aside for it`,
        `Start the server of its data directory; if that is lost for good, run \`npm run cli -- journal abandon ${id}\`.`,
      ),
    );
  }
  findings.push(...judgeBacklog(faults.undrainedRecords, isServerRunning));
  if (findings.length > 0) return findings;
  return ok(
    faults.running === 0 ? 'everything settled is entered' : 'everything settled is entered, or about to be',
  );
}

function judgeBacklog(undrained: number, isServerRunning: boolean): Finding[] {
  if (!isServerRunning && undrained > 0) {
    const message = `${count(undrained, 'settled call')} of a process that is gone are on disk only`;
    return [warn(message, 'Start the server: it enters them.')];
  }
  if (undrained <= MUCH_UNDRAINED) return [];
  const message = `${count(undrained, 'settled call')} wait on disk for the database`;
  return [warn(message, 'Look at the load of the database: its disk, its locks and its processors.')];
}
