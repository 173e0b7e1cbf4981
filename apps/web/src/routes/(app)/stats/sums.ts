import { sumDecimals } from '#lib/decimal-math.ts';

/** What is counted of a model, a key, a user or a day. */
export interface Sums {
  calls: number;
  failed: number;
  input_tokens: number;
  output_tokens: number;
  /** A decimal. */
  cost: string;
}

/** What is left of all when some are told apart. */
export function restOf(totals: Sums, told: readonly Sums[]): Sums {
  const rest = (field: 'calls' | 'failed' | 'input_tokens' | 'output_tokens') =>
    totals[field] - told.reduce((sum, one) => sum + one[field], 0);
  return {
    calls: rest('calls'),
    failed: rest('failed'),
    input_tokens: rest('input_tokens'),
    output_tokens: rest('output_tokens'),
    cost: sumDecimals([totals.cost, ...told.map(({ cost }) => negative(cost))]),
  };
}

function negative(decimal: string): string {
  return decimal.startsWith('-') ? decimal.slice(1) : `-${decimal}`;
}
