import { money } from '@aigc/shared/money';

/** What is summed up everywhere: of a day, a model, a key, a period. */
export interface Sums {
  calls: number;
  failed: number;
  input_tokens: number;
  output_tokens: number;
  /** A decimal. */
  cost: string;
}

/** Sums as the database gives them: what may be large as text. */
export interface SumsRow {
  calls: number;
  failed: number;
  input_tokens: string;
  output_tokens: string;
  cost: string;
}

export const NO_SUMS: Sums = { calls: 0, failed: 0, input_tokens: 0, output_tokens: 0, cost: '0' };

/** The columns that are summed up. */
export const SUMS = ['calls', 'failed', 'input_tokens', 'output_tokens', 'cost'] as const;

/** Of rows `r`, as the database counts them: to be summed up further. */
export const SELECT_SUMS_EXACT = SUMS.map((name) => `sum(r.${name}) as ${name}`).join(', ');

/** Of rows `r`, as `toSums` reads them. */
export const SELECT_SUMS = `
  sum(r.calls)::int as calls, sum(r.failed)::int as failed, sum(r.input_tokens)::text as input_tokens,
  sum(r.output_tokens)::text as output_tokens, sum(r.cost)::text as cost`;

export function toSums(row: SumsRow): Sums {
  return {
    calls: row.calls,
    failed: row.failed,
    input_tokens: Number(row.input_tokens),
    output_tokens: Number(row.output_tokens),
    cost: money(row.cost).toFixed(),
  };
}

export function addSums(a: Sums, b: Sums): Sums {
  return {
    calls: a.calls + b.calls,
    failed: a.failed + b.failed,
    input_tokens: a.input_tokens + b.input_tokens,
    output_tokens: a.output_tokens + b.output_tokens,
    cost: money(a.cost).plus(b.cost).toFixed(),
  };
}

/**
 * Highest cost first, then most calls: what a reader looks for. Those that are alike in both go by `nameOf`, because the
 * database gives rows in whatever order its plan of the moment does, and the same sums must look the same twice.
 */
export function byCostThenCalls<T extends Sums>(nameOf: (sums: T) => string): (a: T, b: T) => number {
  return (a, b) =>
    money(b.cost).comparedTo(a.cost) || b.calls - a.calls || compareTexts(nameOf(a), nameOf(b));
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
