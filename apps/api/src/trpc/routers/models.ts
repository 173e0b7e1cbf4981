import { getPlazaModel } from '@aigc/core/models/get-plaza-model';
import { listPlaza } from '@aigc/core/models/list-plaza';
import { probeEventSchema, probeModelInputSchema } from '@aigc/shared/schemas/conformance';
import { serialRefSchema } from '@aigc/shared/schemas/fields';
import { listPlazaOutputSchema, plazaModelSchema } from '@aigc/shared/schemas/models';
import { probeModel } from '../../conformance/probe-model.ts';
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
  /** Asks a model for what it can do, and tells each answer. Cloud models are probed by administrators alone. */
  probe: procedure
    .input(probeModelInputSchema)
    .meta({ yields: probeEventSchema })
    .mutation(({ ctx, input, signal }) => probeModel(ctx, { id: input.id, probes: input.probes, signal })),
});
