import type { LedgerEntry } from '@aigc/shared/schemas/billing';

/** The kinds of entries a balance of one's own can have; `uncollected` ones are the platform's. */
export const ledgerKinds = [
  'topup',
  'redemption',
  'usage',
  'adjustment',
] as const satisfies readonly LedgerEntry['kind'][];
