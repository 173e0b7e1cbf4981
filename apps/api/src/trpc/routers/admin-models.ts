import { createModel } from '@aigc/core/models/create-model';
import { deleteModel } from '@aigc/core/models/delete-model';
import { listModels } from '@aigc/core/models/list-models';
import { modelConnection } from '@aigc/core/models/model-connection';
import { setActiveModel } from '@aigc/core/models/set-active-model';
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
