import type { RedeemCodeStatus } from '@aigc/shared/schemas/redeem-codes';

export const statuses = [
  'open',
  'redeemed',
  'expired',
  'disabled',
] as const satisfies readonly RedeemCodeStatus[];

/** What a status looks like beside its word. */
export const marks = { open: 'ok', redeemed: 'off', expired: 'warn', disabled: 'bad' } as const;
