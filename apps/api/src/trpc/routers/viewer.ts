import { readSettings } from '@aigc/core/settings/settings';
import { viewerStateSchema } from '@aigc/shared/schemas/viewer';
import { publicProcedure, router } from '../trpc.ts';

export const viewerRouter = router({
  /** Who is looking, and what the panel needs to draw its frame. */
  get: publicProcedure('anyone')
    .output(viewerStateSchema)
    .query(async ({ ctx }) => {
      const settings = await readSettings(ctx.deps.em);
      return {
        setup_required: !settings.isInstalled,
        platform_name: settings.platformName,
        default_locale: settings.defaultLocale,
        currency: settings.currency,
        registration_open: settings.isInstalled && settings.registration === 'open',
        viewer: ctx.user,
      };
    }),
});
