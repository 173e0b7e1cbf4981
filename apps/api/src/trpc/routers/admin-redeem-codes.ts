import { deleteRedeemCodes, setRedeemCodesDisabled } from '@aigc/core/redeem-codes/change-redeem-codes';
import { createRedeemCodes } from '@aigc/core/redeem-codes/create-redeem-codes';
import { listRedeemCodes } from '@aigc/core/redeem-codes/list-redeem-codes';
import { serialRefSchema } from '@aigc/shared/schemas/fields';
import {
  changedRedeemCodesSchema,
  createRedeemCodesInputSchema,
  createRedeemCodesOutputSchema,
  listRedeemCodesInputSchema,
  listRedeemCodesOutputSchema,
  redeemBatchRefSchema,
  updateRedeemBatchInputSchema,
  updateRedeemCodeInputSchema,
} from '@aigc/shared/schemas/redeem-codes';
import { adminProcedure, router } from '../trpc.ts';

const procedure = adminProcedure('platform');

/** Codes that add to the balance of whoever redeems them first. */
export const adminRedeemCodesRouter = router({
  list: procedure
    .input(listRedeemCodesInputSchema.prefault({}))
    .output(listRedeemCodesOutputSchema)
    .query(({ ctx, input }) => listRedeemCodes(ctx.deps, ctx.actor, input)),
  /** Answers the codes in full, this once. */
  create: procedure
    .input(createRedeemCodesInputSchema)
    .output(createRedeemCodesOutputSchema)
    .mutation(({ ctx, input }) => createRedeemCodes(ctx.deps, ctx.actor, input)),
  update: procedure
    .input(updateRedeemCodeInputSchema)
    .output(changedRedeemCodesSchema)
    .mutation(({ ctx, input: { id, is_disabled: isDisabled } }) =>
      setRedeemCodesDisabled(ctx.deps, ctx.actor, { id, isDisabled }),
    ),
  updateBatch: procedure
    .input(updateRedeemBatchInputSchema)
    .output(changedRedeemCodesSchema)
    .mutation(({ ctx, input: { batch_id, is_disabled: isDisabled } }) =>
      setRedeemCodesDisabled(ctx.deps, ctx.actor, { batch_id, isDisabled }),
    ),
  delete: procedure
    .input(serialRefSchema)
    .output(changedRedeemCodesSchema)
    .mutation(({ ctx, input }) => deleteRedeemCodes(ctx.deps, ctx.actor, input)),
  deleteBatch: procedure
    .input(redeemBatchRefSchema)
    .output(changedRedeemCodesSchema)
    .mutation(({ ctx, input }) => deleteRedeemCodes(ctx.deps, ctx.actor, input)),
});
