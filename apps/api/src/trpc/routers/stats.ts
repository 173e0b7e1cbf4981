import { getStats } from '@aigc/core/stats/get-stats';
import { statsInputSchema, statsOutputSchema } from '@aigc/shared/schemas/stats';
import { router, userProcedure } from '../trpc.ts';

/** Sums over calls: the caller's own, and for administrators everybody's. */
export const statsRouter = router({
  get: userProcedure('own_calls')
    .input(statsInputSchema)
    .output(statsOutputSchema)
    .query(({ ctx, input }) => getStats(ctx.deps, ctx.actor, input)),
});
