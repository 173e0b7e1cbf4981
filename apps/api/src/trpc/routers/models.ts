import { getPlazaModel } from '@aigc/core/models/get-plaza-model';
import { listPlaza } from '@aigc/core/models/list-plaza';
import { serialRefSchema } from '@aigc/shared/schemas/fields';
import { listPlazaOutputSchema, plazaModelSchema } from '@aigc/shared/schemas/models';
import { router, userProcedure } from '../trpc.ts';

const procedure = userProcedure('visible_models');

/** The model plaza: cloud models for everybody, local ones for their owner. */
export const modelsRouter = router({
  list: procedure
    .output(listPlazaOutputSchema)
    .query(async ({ ctx }) => ({ items: await listPlaza(ctx.deps, ctx.actor) })),
  get: procedure
    .input(serialRefSchema)
    .output(plazaModelSchema)
    .query(({ ctx, input }) => getPlazaModel(ctx.deps, ctx.actor, input.id)),
});
