import { createLocalModel } from '@aigc/core/local-models/create-local-model';
import { deleteLocalModel } from '@aigc/core/local-models/delete-local-model';
import { listLocalModels } from '@aigc/core/local-models/list-local-models';
import { localConnection } from '@aigc/core/local-models/local-connection';
import { updateLocalModel } from '@aigc/core/local-models/update-local-model';
import { testEventSchema } from '@aigc/shared/schemas/connection-test';
import { okSchema, serialRefSchema } from '@aigc/shared/schemas/fields';
import {
  createLocalModelInputSchema,
  listLocalModelsOutputSchema,
  localModelSchema,
  testLocalModelInputSchema,
  updateLocalModelInputSchema,
} from '@aigc/shared/schemas/models';
import { testConnection } from '../../connection-test/test-connection.ts';
import { runTest } from '../run-test.ts';
import { router, userProcedure } from '../trpc.ts';
import { upstreamDeps } from '../upstream-deps.ts';

const procedure = userProcedure('own_local_models');

/** The caller's own local models. */
export const localModelsRouter = router({
  list: procedure
    .output(listLocalModelsOutputSchema)
    .query(async ({ ctx }) => ({ items: await listLocalModels(ctx.deps, ctx.actor) })),
  create: procedure
    .input(createLocalModelInputSchema)
    .output(localModelSchema)
    .mutation(({ ctx, input }) => createLocalModel(upstreamDeps(ctx), ctx.actor, input)),
  update: procedure
    .input(updateLocalModelInputSchema)
    .output(localModelSchema)
    .mutation(({ ctx, input }) => updateLocalModel(upstreamDeps(ctx), ctx.actor, input)),
  delete: procedure
    .input(serialRefSchema)
    .output(okSchema)
    .mutation(async ({ ctx, input }) => {
      await deleteLocalModel(ctx.deps, ctx.actor, input.id);
      return { ok: true as const };
    }),
  /** Calls a local model, saved or not, and tells each step. A mutation, because a query's URL would hold the key. */
  test: procedure
    .input(testLocalModelInputSchema)
    .meta({ yields: testEventSchema })
    .mutation(async ({ ctx, input, signal }) => {
      const connection = await localConnection(ctx.deps, ctx.actor, input);
      const { baseUrl, apiKey, model, type, saved } = connection;
      return runTest(ctx, {
        action: 'local_model.test',
        targetType: 'model',
        targetId: input.id ?? null,
        saveTo: saved,
        baseUrl,
        signal,
        events: () =>
          testConnection({
            baseUrl,
            apiKey: apiKey ?? undefined,
            model: model ?? undefined,
            mode: MODES[type],
            outbound: ctx.container.outbound,
            signal: signal ?? new AbortController().signal,
            revealAllowEntry: ctx.actor.role === 'admin',
          }),
      });
    }),
});

/** What makes images or sound would make them at every test: its server is only asked for its models. */
const MODES = {
  language: 'chat',
  vision: 'vision',
  embedding: 'embedding',
  image: 'list',
  speech: 'list',
  transcription: 'list',
  rerank: 'list',
  moderation: 'list',
} as const;
