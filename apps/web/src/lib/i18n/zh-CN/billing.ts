import type { billing as English } from '../en/billing.ts';

export const billing = {
  title: '余额与账单',
} satisfies typeof English;
