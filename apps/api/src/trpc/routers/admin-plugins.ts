import { listPluginsOutputSchema } from '@aigc/shared/schemas/plugins';
import { adminProcedure, router } from '../trpc.ts';

/** Providers that third parties wrote, as the configuration names them. */
export const adminPluginsRouter = router({
  list: adminProcedure('platform')
    .output(listPluginsOutputSchema)
    .query(({ ctx }) => ({ items: ctx.container.plugins.list() })),
});
