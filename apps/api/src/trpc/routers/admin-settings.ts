import { previewRetention } from '@aigc/core/logs/preview-retention';
import { moneyExists } from '@aigc/core/settings/money-exists';
import { readSettings } from '@aigc/core/settings/settings';
import { updateSettings } from '@aigc/core/settings/update-settings';
import { refusal } from '@aigc/shared/refusals';
import { AppError } from '@aigc/shared/errors';
import {
  platformSettingsSchema,
  retentionInputSchema,
  retentionSchema,
  updateSettingsInputSchema,
  type PlatformSettings,
  type SettingSource,
} from '@aigc/shared/schemas/settings';
import { AllowEntryError, parseAllowEntry } from '../../outbound/allow-list.ts';
import type { Env } from '../../env.ts';
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
      requireFreeCurrency(ctx.container.env, input.currency);
      await updateSettings(ctx.deps, ctx.actor, {
        version: input.version,
        platformName: input.platform_name,
        registration: input.registration,
        defaultLocale: input.default_locale,
        currency: input.currency,
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

  /** What another retention would delete. Changes nothing. */
  retention: adminProcedure('platform')
    .input(retentionInputSchema)
    .output(retentionSchema)
    .query(({ ctx, input }) => previewRetention(ctx.deps.em, input.days, new Date())),
});

/** The next start would put the environment's currency back, or refuse to start. */
function requireFreeCurrency({ currency }: Env, wanted: string | undefined): void {
  if (wanted === undefined || currency === null || wanted === currency) return;
  throw refusal('currency_of_environment', {}, { param: 'currency' });
}

function sourceOf(isSaved: boolean, isGiven: boolean): SettingSource {
  if (isSaved) return 'panel';
  return isGiven ? 'environment' : 'default';
}

async function readPlatformSettings(ctx: RequestContext): Promise<PlatformSettings> {
  const { env } = ctx.container;
  const settings = await readSettings(ctx.deps.em);
  return {
    platform_name: settings.platformName,
    version: settings.version,
    registration: settings.registration,
    default_locale: settings.defaultLocale,
    currency: settings.currency,
    currency_fixed_by:
      env.currency !== null ? 'environment' : (await moneyExists(ctx.deps.em)) ? 'money' : null,
    sources: {
      platform_name: sourceOf(settings.saved.has('platform_name'), env.given.has('PLATFORM_NAME')),
      registration: sourceOf(settings.saved.has('registration'), env.given.has('REGISTRATION')),
      default_locale: sourceOf(settings.saved.has('default_locale'), env.given.has('DEFAULT_LOCALE')),
      currency: env.currency !== null ? 'environment' : 'panel',
    },
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
