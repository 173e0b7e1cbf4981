import { createModel } from '@aigc/core/models/create-model';
import { deleteModel } from '@aigc/core/models/delete-model';
import { listModels } from '@aigc/core/models/list-models';
import { modelConnection } from '@aigc/core/models/model-connection';
import { getModelRouting } from '@aigc/core/models/model-routing';
import { setModelRouting } from '@aigc/core/models/set-model-routing';
import { setActiveModel } from '@aigc/core/models/set-active-model';
import { recordChecks, upstreamsToCheck } from '@aigc/core/models/upstream-checks';
import { updateModel } from '@aigc/core/models/update-model';
import { modelTestEventSchema } from '@aigc/shared/schemas/connection-test';
import { okSchema, serialRefSchema } from '@aigc/shared/schemas/fields';
import {
  adminModelSchema,
  createModelInputSchema,
  listModelsOutputSchema,
  setActiveModelInputSchema,
  testModelInputSchema,
  updateModelInputSchema,
} from '@aigc/shared/schemas/models';
import {
  checkUpstreamsInputSchema,
  modelRoutingRefSchema,
  modelRoutingSchema,
  setModelRoutingInputSchema,
} from '@aigc/shared/schemas/routing';
import { stateReader } from '../../gateway/routing/upstream-state.ts';
import { checkUpstreams } from '../../model-test/check-upstreams.ts';
import { prepareMessage } from '../../model-test/prepare-message.ts';
import { testModel } from '../../model-test/test-model.ts';
import { runTest } from '../run-test.ts';
import { adminProcedure, router } from '../trpc.ts';

const procedure = adminProcedure('platform');

/** The cloud models: what they are, what they cost, which of them answer calls without `model`. */
export const adminModelsRouter = router({
  list: procedure.output(listModelsOutputSchema).query(({ ctx }) => listModels(ctx.deps, ctx.actor)),
  create: procedure
    .input(createModelInputSchema)
    .output(adminModelSchema)
    .mutation(({ ctx, input }) => createModel(ctx.deps, ctx.actor, input)),
  update: procedure
    .input(updateModelInputSchema)
    .output(adminModelSchema)
    .mutation(({ ctx, input }) => updateModel(ctx.deps, ctx.actor, input)),
  delete: procedure
    .input(serialRefSchema)
    .output(okSchema)
    .mutation(async ({ ctx, input }) => {
      await deleteModel(ctx.deps, ctx.actor, input.id);
      return { ok: true as const };
    }),
  /** Where calls of a model go, in which order, and what the process that answers knows of each upstream. */
  routing: procedure
    .input(modelRoutingRefSchema)
    .output(modelRoutingSchema)
    .query(({ ctx, input }) =>
      getModelRouting(ctx.deps, ctx.actor, {
        id: input.id,
        stateOf: stateReader(ctx.container.upstreamHealth),
      }),
    ),
  setRouting: procedure
    .input(setModelRoutingInputSchema)
    .output(modelRoutingSchema)
    .mutation(async ({ ctx, input }) => {
      const stateOf = stateReader(ctx.container.upstreamHealth);
      await setModelRouting(ctx.deps, ctx.actor, { ...input, stateOf });
      return getModelRouting(ctx.deps, ctx.actor, { id: input.id, stateOf });
    }),
  /** Looks at every upstream of a model: at its list of models, or, when asked to, by one short call, which may cost. */
  checkUpstreams: procedure
    .input(checkUpstreamsInputSchema)
    .output(modelRoutingSchema)
    .mutation(async ({ ctx, input, signal }) => {
      const { container, deps, actor } = ctx;
      const { id, is_paid: isPaid } = input;
      const upstreams = await upstreamsToCheck(deps, actor, id);
      const admitted = await container.testLimiter.enter(actor.userId);
      admitted.begin();
      try {
        const ending = signal ?? new AbortController().signal;
        const checks = await checkUpstreams(container, upstreams, { isPaid, signal: ending });
        await recordChecks(deps, actor, { id, isPaid, checks });
      } finally {
        admitted.end();
      }
      return getModelRouting(deps, actor, { id, stateOf: stateReader(container.upstreamHealth) });
    }),
  setActive: procedure
    .input(setActiveModelInputSchema)
    .output(okSchema)
    .mutation(async ({ ctx, input }) => {
      await setActiveModel(ctx.deps, ctx.actor, input);
      return { ok: true as const };
    }),
  /** Asks a model a question, with an image if it takes one, and tells its answer as it streams. Nothing is billed. */
  test: procedure
    .input(testModelInputSchema)
    .meta({ yields: modelTestEventSchema })
    .mutation(async ({ ctx, input, signal }) => {
      const connection = await modelConnection(ctx.deps, ctx.actor, input.id);
      const { message, image } = await prepareMessage(connection, input);
      return runTest(ctx, {
        action: 'model.test',
        targetType: 'model',
        targetId: input.id,
        saveTo: connection.saved,
        baseUrl: connection.baseUrl,
        signal,
        events: () => testModel(ctx.container, connection, { message, image, signal }),
      });
    }),
});
