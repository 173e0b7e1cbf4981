import { readSettings } from '@aigc/core/settings/settings';
import { updateSettings } from '@aigc/core/settings/update-settings';
import { AppError } from '@aigc/shared/errors';
import {
  platformSettingsSchema,
  updateSettingsInputSchema,
  type PlatformSettings,
} from '@aigc/shared/schemas/settings';
import { AllowEntryError, parseAllowEntry } from '../../outbound/allow-list.ts';
import type { RequestContext } from '../context.ts';
import { adminProcedure, router } from '../trpc.ts';

export const adminSettingsRouter = router({
  get: adminProcedure('platform')
    .output(platformSettingsSchema)
    .query(({ ctx }) => readPlatformSettings(ctx)),

  update: adminProcedure('platform')
    .input(updateSettingsInputSchema)
    .output(platformSettingsSchema)
    .mutation(async ({ ctx, input }) => {
      input.upstream_allow?.forEach(requireAllowEntry);
      await updateSettings(ctx.deps, ctx.actor, {
        version: input.version,
        platformName: input.platform_name,
        registration: input.registration,
        upstreamAllow: input.upstream_allow,
        logRetentionDays: input.log_retention_days,
        bodyLogging: {
          mode: input.body_log_mode,
          maxBytes: input.body_log_max_bytes,
          keepDays: input.body_log_keep_days,
        },
      });
      // The other processes hear of it; in this one it holds before the answer.
      await ctx.container.refreshOutboundPolicy();
      return readPlatformSettings(ctx);
    }),
});

async function readPlatformSettings(ctx: RequestContext): Promise<PlatformSettings> {
  const { env } = ctx.container;
  const settings = await readSettings(ctx.deps.em);
  return {
    platform_name: settings.platformName,
    version: settings.version,
    registration: settings.registration,
    currency: settings.currency,
    log_retention_days: settings.logRetentionDays,
    body_log_mode: settings.bodyLogging.mode,
    body_log_max_bytes: settings.bodyLogging.maxBytes,
    body_log_keep_days: settings.bodyLogging.keepDays,
    upstream_allow: settings.upstreamAllow,
    upstream_allow_fixed: env.upstreamAllow?.entries.map(({ text }) => text) ?? [],
    loopback_allowed: env.upstreamAllowLoopback,
  };
}

function requireAllowEntry(entry: string, index: number): void {
  try {
    parseAllowEntry(entry);
  } catch (error) {
    if (!(error instanceof AllowEntryError)) throw error;
    const { message, reason } = error;
    throw new AppError('invalid_field', message, {
      param: 'upstream_allow',
      reason,
      fieldErrors: { upstream_allow: message, [`upstream_allow.${index}`]: message },
      fieldReasons: { upstream_allow: reason, [`upstream_allow.${index}`]: reason },
    });
  }
}
