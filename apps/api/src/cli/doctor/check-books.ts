import {
  findUnbalancedAccounts,
  findWrongBills,
  findWrongHeld,
  type BookFault,
} from '@aigc/core/health/find-book-faults';
import { countHolds } from '@aigc/core/health/find-dead-holds';
import { findLogGaps, type LogGaps } from '@aigc/core/health/find-log-gaps';
import { logKeptFrom } from '@aigc/core/logs/delete-old-calls';
import type { ContentContext } from './doctor-context.ts';
import { count, fail, ok, warn, type Check, type Finding } from './finding.ts';

export const balancesCheck: Check<ContentContext> = {
  name: 'balances',
  async run({ em }) {
    const faults = await findUnbalancedAccounts(em());
    if (faults.length === 0) return ok('every balance is the sum of its ledger entries');
    return faults.map(({ account_id, owner, found, expected }) =>
      fail(
        `the balance of ${owner} is ${found}, but their ledger entries add up to ${expected}`,
        `Find out what wrote to the table accounts, then: update aigcspace.accounts set balance = ${expected} where id = '${account_id}';`,
      ),
    );
  },
};

export const holdsCheck: Check<ContentContext> = {
  name: 'holds',
  async run({ em, serverAddress }) {
    const findings = (await findWrongHeld(em())).map(wrongHeld);
    const { running, dead } = await countHolds(em());
    if (dead > 0) findings.push(deadHolds(dead, serverAddress !== null));
    if (findings.length > 0) return findings;
    return ok(
      running === 0 ? 'no money is held' : `${count(running, 'running call')} hold money, and no dead one`,
    );
  },
};

function wrongHeld({ account_id, owner, found, expected }: BookFault): Finding {
  return fail(
    `${found} is held of the balance of ${owner}, but their running calls hold ${expected}`,
    `Stop the server, then: update aigcspace.accounts set held = ${expected} where id = '${account_id}';`,
  );
}

function deadHolds(dead: number, isServerRunning: boolean): Finding {
  const message = `${count(dead, 'call')} of a process that is gone still hold money`;
  // A start ends them; so beside a server they should not be.
  return isServerRunning
    ? fail(message, 'Start the server again: every start ends the calls of processes that are gone.')
    : warn(message, 'Start the server: it ends these calls and releases the money.');
}

/** Enough to notice soon, and little to read. */
const LOOKED_AT_CALLS = 10_000;

export const billsCheck: Check<ContentContext> = {
  name: 'bills',
  async run({ em }) {
    const wrong = await findWrongBills(em(), LOOKED_AT_CALLS);
    const [first] = wrong;
    if (first === undefined) return ok('the bills of the newest calls follow from their prices and usage');
    return fail(
      `${count(wrong.length, 'bill')} of the newest calls ${wrong.length === 1 ? 'is' : 'are'} not what prices and usage say, such as ${first.request_id}: ${first.found} instead of ${first.expected}`,
      'Find out what wrote to the table api_call_log; a balance is put right by an entry of its own, never by changing a call.',
    );
  },
};

const LOOK_BACK_HOURS = 7 * 24;
const HOUR_MS = 3_600_000;

export const callLogCheck: Check<ContentContext> = {
  name: 'call-log',
  async run({ em, now }) {
    const lookBack = new Date(Math.floor(now.getTime() / HOUR_MS - LOOK_BACK_HOURS) * HOUR_MS);
    const keptFrom = await logKeptFrom(em(), now);
    // What retention has deleted is no gap; the hour in which its limit lies is gone in part.
    const since =
      keptFrom === null || keptFrom < lookBack
        ? lookBack
        : new Date(Math.ceil(keptFrom.getTime() / HOUR_MS) * HOUR_MS);
    return judgeGaps(await findLogGaps(em(), since));
  },
};

export function judgeGaps(gaps: LogGaps): Finding | Finding[] {
  const fix = 'Rows were removed or changed by hand: restore api_call_log from a backup of that time.';
  const findings: Finding[] = [];
  if (gaps.entriesWithoutLog > 0) {
    findings.push(
      fail(`${count(gaps.entriesWithoutLog, 'billed call')} of the last week lack their log row`, fix),
    );
  }
  if (gaps.bookedOtherwise > 0) {
    findings.push(
      fail(
        `${count(gaps.bookedOtherwise, 'call')} of the last week were booked with another amount than the log says`,
        fix,
      ),
    );
  }
  if (gaps.callsMissing !== 0 || !gaps.isCostEqual) {
    const difference = gaps.callsMissing === 0 ? 'other costs' : `${gaps.callsMissing} calls more`;
    findings.push(fail(`the hourly sums of the last week have ${difference} than the log`, fix));
  }
  if (findings.length > 0) return findings;
  return ok(`the log of the last week is complete: ${count(gaps.calls, 'call')}, each booked as logged`);
}
