import { createProvider } from '@aigc/core/providers/create-provider';
import { connectableDefinitions } from '@aigc/core/providers/dialect-form';
import { deleteProvider } from '@aigc/core/providers/delete-provider';
import { listProviders } from '@aigc/core/providers/list-providers';
import { providerConnection } from '@aigc/core/providers/provider-connection';
import { updateProvider } from '@aigc/core/providers/update-provider';
import { PROVIDER_PRESETS } from '@aigc/providers/presets';
import { testEventSchema } from '@aigc/shared/schemas/connection-test';
import { okSchema, serialRefSchema } from '@aigc/shared/schemas/fields';
import {
  createProviderInputSchema,
  listDialectsOutputSchema,
  listPresetsOutputSchema,
  listProvidersOutputSchema,
  providerSchema,
  testProviderInputSchema,
  updateProviderInputSchema,
} from '@aigc/shared/schemas/providers';
import { testConnection } from '../../connection-test/test-connection.ts';
import { testInProcess } from '../../model-test/test-in-process.ts';
import { runTest } from '../run-test.ts';
import { adminProcedure, router } from '../trpc.ts';
import { upstreamDeps } from '../upstream-deps.ts';

const procedure = adminProcedure('platform');

/** The upstreams that administrators connect. */
export const adminProvidersRouter = router({
  presets: procedure.output(listPresetsOutputSchema).query(() => ({ items: [...PROVIDER_PRESETS] })),
  /** The protocols that an upstream may speak, with what their forms ask for. */
  dialects: procedure.output(listDialectsOutputSchema).query(() => ({
    items: connectableDefinitions().map(({ id, label, form }) => ({ id, label, form: form ?? {} })),
  })),
  list: procedure
    .output(listProvidersOutputSchema)
    .query(async ({ ctx }) => ({ items: await listProviders(ctx.deps, ctx.actor) })),
  create: procedure
    .input(createProviderInputSchema)
    .output(providerSchema)
    .mutation(({ ctx, input }) => createProvider(upstreamDeps(ctx), ctx.actor, input)),
  update: procedure
    .input(updateProviderInputSchema)
    .output(providerSchema)
    .mutation(({ ctx, input }) => updateProvider(upstreamDeps(ctx), ctx.actor, input)),
  delete: procedure
    .input(serialRefSchema)
    .output(okSchema)
    .mutation(async ({ ctx, input }) => {
      await deleteProvider(ctx.deps, ctx.actor, input.id);
      return { ok: true as const };
    }),
  /** Calls a provider, saved or not, and tells each step. */
  test: procedure
    .input(testProviderInputSchema)
    .meta({ yields: testEventSchema })
    .mutation(async ({ ctx, input, signal }) => {
      const connection = await providerConnection(ctx.deps, ctx.actor, input);
      const { definition, settings, baseUrl, apiKey, model } = connection;
      const { outbound, accessTokens } = ctx.container;
      const target = { baseUrl, apiKey, settings, model: model ?? '' };
      return runTest(ctx, {
        action: 'provider.test',
        targetType: 'provider',
        targetId: connection.providerId,
        saveTo: null,
        baseUrl,
        signal,
        events: () =>
          definition.answer !== undefined
            ? testInProcess(definition)
            : testConnection({
                baseUrl,
                apiKey: apiKey ?? undefined,
                model: model ?? undefined,
                mode: 'chat',
                outbound,
                upstream: { definition, target, accessTokens, outbound },
                signal: signal ?? new AbortController().signal,
                revealAllowEntry: true,
              }),
      });
    }),
});
