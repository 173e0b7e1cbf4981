import { count, type Count, type Reason } from './words.ts';

const REDEMPTION_FIX =
  'Find out what wrote to the tables redeem_codes or ledger_entries, and restore them from a backup.';
const GAP_FIX = 'Rows were removed or changed by hand: restore api_call_log from a backup of that time.';

/** Whether money adds up. */
export const BOOKS_FINDINGS = {
  'balances.ok': { message: () => 'every balance is the sum of its ledger entries' },
  'balances.wrong': {
    message: ({ owner, found, expected }: { owner: string; found: string; expected: string; id: string }) =>
      `the balance of ${owner} is ${found}, but their ledger entries add up to ${expected}`,
    fix: ({ expected, id }: { owner: string; found: string; expected: string; id: string }) =>
      `Find out what wrote to the table accounts, then: update aigcspace.accounts set balance = ${expected} where id = '${id}';`,
  },
  'holds.none': { message: () => 'no money is held' },
  'holds.ok': {
    message: (p: Count) => `${count(p.count, 'running call')} hold money, and no dead one`,
  },
  'holds.wrong': {
    message: ({ owner, found, expected }: { owner: string; found: string; expected: string; id: string }) =>
      `${found} is held of the balance of ${owner}, but their running calls hold ${expected}`,
    fix: ({ expected, id }: { owner: string; found: string; expected: string; id: string }) =>
      `Stop the server, then: update aigcspace.accounts set held = ${expected} where id = '${id}';`,
  },
  'holds.dead': {
    message: (p: Count) => `${count(p.count, 'call')} of a process that is gone still hold money`,
    fix: () => 'Start the server again: every start ends the calls of processes that are gone.',
  },
  'holds.dead_stopped': {
    message: (p: Count) => `${count(p.count, 'call')} of a process that is gone still hold money`,
    fix: () => 'Start the server: it ends these calls and releases the money.',
  },
  'leases.ok': { message: () => 'what is lent to processes is the sum of their leases' },
  'leases.wrong': {
    message: ({ owner, found, expected }: { owner: string; found: string; expected: string; id: string }) =>
      `${found} of the balance of ${owner} is lent to processes, but their leases add up to ${expected}`,
    fix: ({ expected, id }: { owner: string; found: string; expected: string; id: string }) =>
      `Stop every server, then: update aigcspace.accounts set leased = ${expected} where id = '${id}';`,
  },
  'leases.wrong_budgets': {
    message: (p: Count) =>
      `${count(p.count, 'budget')} of keys set another amount aside than their leases add up to`,
    fix: () =>
      'Find out what wrote to the table key_budgets; its column leased is the sum of budget_leases and holds.',
  },
  'journals.ok': { message: () => 'everything settled is entered' },
  'journals.running': { message: () => 'everything settled is entered, or about to be' },
  'journals.damaged': {
    message: ({ reason }: Reason) => reason,
    fix: () => 'docs/runbooks/journal.md says what to do, step by step.',
  },
  'journals.quarantined': {
    message: (p: Count) =>
      `${count(p.count, 'settlement')} could not be entered: their calls are not in the log and not billed`,
    fix: () =>
      'Read the column error of the table quarantined_settlements, mend the cause, then run `npm run cli -- journal retry`.',
  },
  'journals.missing': {
    message: ({ id, host, leased }: { id: string; host: string; leased: string }) =>
      `the journal of ${id}${host === '' ? '' : ` on ${host}`} is not here, and ${leased} is set aside for it`,
    fix: ({ id }: { id: string; host: string; leased: string }) =>
      `Start the server of its data directory; if that is lost for good, run \`npm run cli -- journal abandon ${id}\`.`,
  },
  'journals.left': {
    message: (p: Count) => `${count(p.count, 'settled call')} of a process that is gone are on disk only`,
    fix: () => 'Start the server: it enters them.',
  },
  'journals.behind': {
    message: (p: Count) => `${count(p.count, 'settled call')} wait on disk for the database`,
    fix: () => 'Look at the load of the database: its disk, its locks and its processors.',
  },
  'call_log.ok': {
    message: (p: Count) =>
      `the log of the last week is complete: ${count(p.count, 'call')}, each booked as logged`,
  },
  'call_log.rows_missing': {
    message: (p: Count) => `${count(p.count, 'billed call')} of the last week lack their log row`,
    fix: () => GAP_FIX,
  },
  'call_log.booked_otherwise': {
    message: (p: Count) =>
      `${count(p.count, 'call')} of the last week were booked with another amount than the log says`,
    fix: () => GAP_FIX,
  },
  'call_log.sums_costs': {
    message: () => 'the hourly sums of the last week have other costs than the log',
    fix: () => GAP_FIX,
  },
  'call_log.sums_calls': {
    message: (p: Count) => `the hourly sums of the last week have ${p.count} calls more than the log`,
    fix: () => GAP_FIX,
  },
  'bills.ok': { message: () => 'the bills of the newest calls follow from their prices and usage' },
  'bills.wrong': {
    message: (p: Count & { requestId: string; found: string; expected: string }) =>
      `${count(p.count, 'bill')} of the newest calls ${p.count === 1 ? 'is' : 'are'} not what prices and usage say, such as ${p.requestId}: ${p.found} instead of ${p.expected}`,
    fix: () =>
      'Find out what wrote to the table api_call_log; a balance is put right by an entry of its own, never by changing a call.',
  },
  'redeem_codes.ok': {
    message: (p: Count) => `each redeemed code is one entry of its amount: ${count(p.count, 'redemption')}`,
  },
  'redeem_codes.not_booked': {
    message: (p: Count) => `redeemed codes that the ledger lacks, or has with another amount: ${p.count}`,
    fix: () => REDEMPTION_FIX,
  },
  'redeem_codes.not_redeemed': {
    message: (p: Count) => `redemptions in the ledger whose code nobody redeemed: ${p.count}`,
    fix: () => REDEMPTION_FIX,
  },
} as const;
