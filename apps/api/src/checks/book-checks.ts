import { balancesCheck, billsCheck, callLogCheck, holdsCheck, redemptionsCheck } from './check-books.ts';
import type { ContentContext } from './check-context.ts';
import { leasesCheck } from './check-journals.ts';
import type { Check } from './finding.ts';

/** Whether the books are right, as `doctor` and "Check the books" in the panel ask it: the same in both. */
export const BOOK_CHECKS: readonly Check<ContentContext>[] = [
  balancesCheck,
  holdsCheck,
  leasesCheck,
  callLogCheck,
  billsCheck,
  redemptionsCheck,
];
