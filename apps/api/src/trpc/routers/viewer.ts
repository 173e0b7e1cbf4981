import { readSettings, type BodyLogging } from '@aigc/core/settings/settings';
import { viewerStateSchema, type ViewerState } from '@aigc/shared/schemas/viewer';
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
        body_logging: bodyLoggingFor(ctx.user, settings.bodyLogging),
        viewer: ctx.user,
      };
    }),
});

/** What people are told of it: that it is on, and for how long. */
function bodyLoggingFor(
  viewer: ViewerState['viewer'],
  { mode, keepDays }: BodyLogging,
): ViewerState['body_logging'] {
  return viewer === null || mode === 'off' ? null : { mode, keep_days: keepDays };
}
