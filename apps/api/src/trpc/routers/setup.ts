import { completeSetup } from '@aigc/core/setup/complete-setup';
import { setupInputSchema, setupOutputSchema } from '@aigc/shared/schemas/viewer';
import { publicProcedure, router } from '../trpc.ts';

export const setupRouter = router({
  /** Makes the administrator of a new installation with the one-time token, and signs them in. */
  complete: publicProcedure('anyone')
    .meta({ setsCookie: true })
    .input(setupInputSchema)
    .output(setupOutputSchema)
    .mutation(async ({ ctx, input }) => {
      const { apiKey, apiKeyId, demoModel, cookie } = await completeSetup(ctx.deps, ctx.client, input);
      ctx.setCookie(cookie);
      ctx.container.log.info({ requestId: ctx.requestId }, 'Set-up is complete.');
      return { api_key: apiKey, api_key_id: apiKeyId, demo_model: demoModel };
    }),
});
