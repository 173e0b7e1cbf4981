import type { ChaosWorld } from './chaos-world.ts';

/** A statement that finds rows only if the books are wrong, and what that would mean. */
interface BookRule {
  rule: string;
  sql: string;
}

const BOOK_RULES: readonly BookRule[] = [
  {
    rule: '1: the balance is the sum of the ledger',
    sql: `select a.id, a.balance::text, coalesce(sum(l.amount), 0)::text as ledger from aigcspace.accounts a
      left join aigcspace.ledger_entries l on l.account_id = a.id group by a.id having a.balance <> coalesce(sum(l.amount), 0)`,
  },
  {
    rule: '2: held is the sum of open holds, leased the sum of open leases',
    sql: `select a.id, a.held::text, a.leased::text from aigcspace.accounts a
      where a.held <> (select coalesce(sum(amount), 0) from aigcspace.holds h where h.account_id = a.id)
        or a.leased <> (select coalesce(sum(amount), 0) from aigcspace.leases l where l.account_id = a.id)`,
  },
  {
    rule: '3: no balance is below zero, nor below what is set aside',
    sql: 'select id, balance::text, held::text, leased::text from aigcspace.accounts where balance < 0 or held < 0 or leased < 0 or held + leased > balance',
  },
  {
    rule: '4: no call has two log rows',
    sql: 'select request_id, count(*)::int from aigcspace.api_call_log group by 1 having count(*) > 1',
  },
  {
    rule: '5: the bill of every call is what the ledger has of it',
    sql: `select coalesce(c.request_id, l.request_id) as request_id, c.bill::text, l.entered::text
      from (select request_id, bill from aigcspace.api_call_log where bill <> 0) c
      full join (select request_id, sum(case kind when 'usage' then -amount else amount end) as entered
        from aigcspace.ledger_entries where kind in ('usage', 'uncollected') group by 1 having
          sum(case kind when 'usage' then -amount else amount end) <> 0) l using (request_id)
      where c.bill is distinct from l.entered`,
  },
  {
    rule: '6: every bill recomputes from the price and the tokens stored with it',
    sql: `select request_id, bill::text, input_tokens, output_tokens, input_price::text, output_price::text,
        usage_details, extra_prices
      from aigcspace.api_call_log where bill <> aigcspace.bill_of(
        input_tokens, output_tokens, cached_tokens, usage_details, input_price, output_price, extra_prices)`,
  },
  {
    rule: '7: calls to local models cost nothing and stand in no ledger',
    sql: `select c.request_id, c.bill::text from aigcspace.api_call_log c where c.is_local and (c.bill <> 0
      or exists (select 1 from aigcspace.ledger_entries l where l.request_id = c.request_id))`,
  },
  {
    rule: 'the hourly sums are those of the log',
    sql: `select * from (select
        (select coalesce(sum(calls), 0)::int from aigcspace.call_rollups) as rolled,
        (select count(*)::int from aigcspace.api_call_log) as logged,
        (select coalesce(sum(cost), 0)::text from aigcspace.call_rollups) as rolled_cost,
        (select coalesce(sum(bill), 0)::text from aigcspace.api_call_log) as logged_cost) s
      where rolled <> logged or rolled_cost::numeric <> logged_cost::numeric`,
  },
  {
    rule: 'no settlement is quarantined',
    sql: 'select request_id, error from aigcspace.quarantined_settlements',
  },
];

/** Holds of calls that run no more. Of a server without calls there are none. */
const OPEN_HOLDS: BookRule = {
  rule: '2: without running calls there are no holds',
  sql: 'select request_id, amount::text, instance_id from aigcspace.holds',
};

const SET_ASIDE: BookRule = {
  rule: '2: after a clean stop nothing is held or leased',
  sql: `select id, held::text, leased::text from aigcspace.accounts where held <> 0 or leased <> 0`,
};

const SHOWN_ROWS = 5;

/** What is wrong with the books of a server that has no running calls; `stopped`: of one that was stopped. */
export async function checkBooks(world: ChaosWorld, state: 'idle' | 'stopped'): Promise<string[]> {
  const faults: string[] = [];
  for (const { rule, sql } of [...BOOK_RULES, OPEN_HOLDS, ...(state === 'stopped' ? [SET_ASIDE] : [])]) {
    const rows = await world.query(sql);
    if (rows.length > 0)
      faults.push(`${rule}: ${rows.length} wrong: ${JSON.stringify(rows.slice(0, SHOWN_ROWS))}`);
  }
  return faults;
}
