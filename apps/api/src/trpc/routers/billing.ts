import { getBalance } from '@aigc/core/billing/get-balance';
import { listLedger } from '@aigc/core/billing/list-ledger';
import { balanceSchema, listLedgerInputSchema, listLedgerOutputSchema } from '@aigc/shared/schemas/billing';
import { runningHoldsOf } from '../../running-holds.ts';
import { router, userProcedure } from '../trpc.ts';

const procedure = userProcedure('own_organisation');

/** The money of the caller's organisation. */
export const billingRouter = router({
  balance: procedure
    .output(balanceSchema)
    .query(({ ctx }) => getBalance(ctx.deps, ctx.actor, runningHoldsOf(ctx.container))),
  ledger: procedure
    .input(listLedgerInputSchema)
    .output(listLedgerOutputSchema)
    .query(({ ctx, input }) => listLedger(ctx.deps, ctx.actor, input)),
});
