import type { RedeemCodeStatus } from '@aigc/shared/schemas/redeem-codes';

/** The status of a code `c` of a batch `b`. */
export const CODE_STATUS = `
  case when c.redeemed_at is not null then 'redeemed' when c.is_disabled then 'disabled'
    when b.expires_at <= now() then 'expired' else 'open' end`;

/** The same as conditions, which need no look at every code. */
export const CODE_HAS_STATUS: Record<RedeemCodeStatus, string> = {
  redeemed: 'c.redeemed_at is not null',
  disabled: 'c.redeemed_at is null and c.is_disabled',
  expired: 'c.redeemed_at is null and not c.is_disabled and b.expires_at <= now()',
  open: 'c.redeemed_at is null and not c.is_disabled and (b.expires_at is null or b.expires_at > now())',
};
