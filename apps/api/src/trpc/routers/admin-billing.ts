import { topUp } from '@aigc/core/billing/top-up';
import { balanceSchema, topUpInputSchema } from '@aigc/shared/schemas/billing';
import { adminProcedure, router } from '../trpc.ts';

export const adminBillingRouter = router({
  /** Adds money to a user's account and answers the new balance. */
  topUp: adminProcedure('platform')
    .input(topUpInputSchema)
    .output(balanceSchema)
    .mutation(({ ctx, input }) =>
      topUp(ctx.deps, ctx.actor, { userId: input.user_id, amount: input.amount, note: input.note }),
    ),
});
