import {
  findUnbalancedAccounts,
  findWrongBills,
  findWrongHeld,
  type BookFault,
} from '@aigc/core/health/find-book-faults';
import { countHolds } from '@aigc/core/health/find-dead-holds';
import { findRedemptionFaults } from '@aigc/core/health/find-redemption-faults';
import { findLogGaps, type LogGaps } from '@aigc/core/health/find-log-gaps';
import { logKeptFrom } from '@aigc/core/logs/delete-old-calls';
import type { ContentContext } from './check-context.ts';
import { fail, ok, warn, type Check, type Finding } from './finding.ts';

export const balancesCheck: Check<ContentContext> = {
  name: 'balances',
  async run({ em }) {
    const faults = await findUnbalancedAccounts(em());
    if (faults.length === 0) return ok('balances.ok');
    return faults.map(({ account_id, owner, found, expected }) =>
      fail('balances.wrong', { owner, found, expected, id: account_id }),
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
    return running === 0 ? ok('holds.none') : ok('holds.ok', { count: running });
  },
};

function wrongHeld({ account_id, owner, found, expected }: BookFault): Finding {
  return fail('holds.wrong', { owner, found, expected, id: account_id });
}

function deadHolds(dead: number, isServerRunning: boolean): Finding {
  // A start ends them; so beside a server they should not be.
  return isServerRunning ? fail('holds.dead', { count: dead }) : warn('holds.dead_stopped', { count: dead });
}

export const redemptionsCheck: Check<ContentContext> = {
  name: 'redeem-codes',
  async run({ em }) {
    const { codesWithoutEntry, entriesWithoutCode, redeemed } = await findRedemptionFaults(em());
    const findings: Finding[] = [];
    if (codesWithoutEntry > 0) findings.push(fail('redeem_codes.not_booked', { count: codesWithoutEntry }));
    if (entriesWithoutCode > 0)
      findings.push(fail('redeem_codes.not_redeemed', { count: entriesWithoutCode }));
    return findings.length > 0 ? findings : ok('redeem_codes.ok', { count: redeemed });
  },
};

/** Enough to notice soon, and little to read. */
const LOOKED_AT_CALLS = 10_000;

export const billsCheck: Check<ContentContext> = {
  name: 'bills',
  async run({ em }) {
    const wrong = await findWrongBills(em(), LOOKED_AT_CALLS);
    const [first] = wrong;
    if (first === undefined) return ok('bills.ok');
    const { request_id: requestId, found, expected } = first;
    return fail('bills.wrong', { count: wrong.length, requestId, found, expected });
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
  const findings: Finding[] = [];
  if (gaps.entriesWithoutLog > 0) {
    findings.push(fail('call_log.rows_missing', { count: gaps.entriesWithoutLog }));
  }
  if (gaps.bookedOtherwise > 0) {
    findings.push(fail('call_log.booked_otherwise', { count: gaps.bookedOtherwise }));
  }
  if (gaps.callsMissing !== 0 || !gaps.isCostEqual) {
    findings.push(
      gaps.callsMissing === 0
        ? fail('call_log.sums_costs')
        : fail('call_log.sums_calls', { count: gaps.callsMissing }),
    );
  }
  if (findings.length > 0) return findings;
  return ok('call_log.ok', { count: gaps.calls });
}
