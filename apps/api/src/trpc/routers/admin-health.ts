import { setTimeout as delay } from 'node:timers/promises';
import { checkEventSchema, healthStatusSchema, runChecksInputSchema } from '@aigc/shared/schemas/health';
import { runOnDemand } from '../../health/run-on-demand.ts';
import { adminProcedure, router } from '../trpc.ts';

/** How often a listener is told. */
const EVERY_MS = 5_000;

/** Whether the installation is well. */
export const adminHealthRouter = router({
  status: adminProcedure('platform')
    .output(healthStatusSchema)
    .query(({ ctx }) => ctx.container.health().status()),
  /** The same again and again, for as long as somebody looks. */
  onStatus: adminProcedure('platform')
    .meta({ yields: healthStatusSchema })
    .subscription(async function* ({ ctx, signal }) {
      while (signal?.aborted !== true) {
        yield await ctx.container.health().status();
        await delay(EVERY_MS, undefined, { signal, ref: false }).catch(() => {});
      }
    }),
  /** Checks the books, or connects to every provider, and tells each check as it ends. */
  check: adminProcedure('platform')
    .input(runChecksInputSchema)
    .meta({ yields: checkEventSchema })
    .mutation(({ ctx, input, signal }) => runOnDemand(ctx, input.kind, signal)),
});
