import { getBalance } from '@aigc/core/billing/get-balance';
import { listLedger } from '@aigc/core/billing/list-ledger';
import { redeemCode } from '@aigc/core/redeem-codes/redeem-code';
import { costReport } from '@aigc/core/stats/cost-report';
import { shortenReport } from '@aigc/core/stats/shorten-report';
import { balanceSchema, listLedgerInputSchema, listLedgerOutputSchema } from '@aigc/shared/schemas/billing';
import { costReportInputSchema, costReportOutputSchema } from '@aigc/shared/schemas/cost-report';
import { redeemInputSchema, redeemOutputSchema } from '@aigc/shared/schemas/redeem-codes';
import { runningHoldsOf } from '../../running-holds.ts';
import { toReportInput } from '../report-input.ts';
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
  /** Adds what a code is worth to the balance. */
  redeem: procedure
    .input(redeemInputSchema)
    .output(redeemOutputSchema)
    .mutation(async ({ ctx, input }) => {
      const deps = { ...ctx.deps, throttle: ctx.container.signInThrottle };
      const amount = await redeemCode(deps, ctx.actor, input.code);
      return { amount, ...(await getBalance(ctx.deps, ctx.actor, runningHoldsOf(ctx.container))) };
    }),
  /** What was called in a period and what it cost, beside the ledger of the same hours. */
  report: userProcedure('own_calls')
    .input(costReportInputSchema)
    .output(costReportOutputSchema)
    .query(async ({ ctx, input }) =>
      shortenReport(await costReport(ctx.deps, ctx.actor, toReportInput(input))),
    ),
});
