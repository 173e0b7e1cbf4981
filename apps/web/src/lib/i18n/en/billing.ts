import type { LedgerEntry } from '@aigc/shared/schemas/billing';

const kinds = {
  topup: 'Top-up',
  redemption: 'Redeemed code',
  usage: 'Usage',
  uncollected: 'Uncollected',
  adjustment: 'Adjustment',
} satisfies Record<LedgerEntry['kind'], string>;

export const billing = {
  title: 'Balance and billing',
  text: 'Prepaid: calls of cloud models are paid from this balance as they end.',
  balance: 'Balance',
  available: 'Available',
  availableHint: 'The balance without what is held.',
  held: 'Held',
  heldHint: 'The most that running calls can cost; what they do not need is free again when they end.',
  howTitle: 'How it works',
  how: 'Before a cloud model is called, the most that the call can cost is held; when it ends, exactly its tokens are charged and the rest is free again. Local models cost nothing, and neither do failed calls, unless part of an answer was delivered.',
  whoUser: 'An administrator tops the balance up.',
  whoAdmin: 'You can top up any balance, your own too, on the users page.',
  toUsers: 'Go to users',
  topUp: 'Top up',
  ledger: 'Ledger',
  ledgerText: 'Every change of the balance. Entries are never changed; their sum is the balance.',
  kinds,
  anyKind: 'All kinds',
  kind: 'Kind',
  time: 'Time',
  amount: 'Amount',
  after: 'Balance after',
  note: 'Note',
  by: 'By',
  call: 'Call',
  openCall: 'Open the call',
  emptyTitle: 'No entries yet',
  emptyText: 'The first top-up and every call that costs something will stand here.',
};
