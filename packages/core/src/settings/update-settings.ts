import type { EntityManager } from '@mikro-orm/postgresql';
import { refusal } from '@aigc/shared/refusals';
import type { Locale } from '@aigc/shared/schemas/fields';
import type { Actor } from '../actor.ts';
import { changedFields } from '../audit/changed-fields.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { requireAdmin } from '../require-admin.ts';
import { changedMeanwhile } from '../versions/changed-meanwhile.ts';
import { lastChange } from '../versions/last-change.ts';
import { moneyExists } from './money-exists.ts';
import { readSettings, writeSetting, type BodyLogging, type SettingKey } from './settings.ts';

export interface UpdateSettingsInput {
  /** The version that the change was made from; left out: whatever is there. */
  version?: number | undefined;
  platformName?: string | undefined;
  registration?: 'closed' | 'open' | undefined;
  defaultLocale?: Locale | undefined;
  /** Refused once there is any amount. */
  currency?: string | undefined;
  /** Well-formed entries: the caller has read them with the parser of the outbound allow-list. */
  upstreamAllow?: string[] | undefined;
  /** Null: calls are kept for ever. */
  logRetentionDays?: number | null | undefined;
  /** What is left out of it stays. */
  bodyLogging?: { [K in keyof BodyLogging]?: BodyLogging[K] | undefined } | undefined;
}

/**
 * An administrator changes the platform's settings. What is left out stays.
 * @throws AppError `edit_conflict` when one of the given settings has changed since the version was read
 */
export async function updateSettings(deps: Deps, actor: Actor, input: UpdateSettingsInput): Promise<void> {
  requireAdmin(actor);
  await deps.em.transactional(async (em) => {
    await requireUnchanged(em, input);
    const before = await readAudited(em);
    if (input.platformName !== undefined) await writeSetting(em, 'platform_name', input.platformName);
    if (input.registration !== undefined) await writeSetting(em, 'registration', input.registration);
    if (input.defaultLocale !== undefined) await writeSetting(em, 'default_locale', input.defaultLocale);
    if (input.currency !== undefined && input.currency !== before.currency) {
      if (await moneyExists(em)) throw refusal('currency_in_use', {}, { param: 'currency' });
      await writeSetting(em, 'currency', input.currency);
    }
    if (input.upstreamAllow !== undefined) {
      await writeSetting(em, 'upstream_allow', [...new Set(input.upstreamAllow)]);
    }
    if (input.logRetentionDays !== undefined) {
      await writeSetting(em, 'log_retention_days', input.logRetentionDays);
    }
    if (
      input.bodyLogging !== undefined &&
      Object.values(input.bodyLogging).some((value) => value !== undefined)
    ) {
      const { bodyLogging } = await readSettings(em);
      const {
        mode = bodyLogging.mode,
        maxBytes = bodyLogging.maxBytes,
        keepDays = bodyLogging.keepDays,
      } = input.bodyLogging;
      await writeSetting(em, 'body_logging', { mode, maxBytes, keepDays });
    }
    await recordAudit(em, actor, {
      action: 'settings.update',
      targetType: 'settings',
      targetId: null,
      ...changedFields(before, await readAudited(em)),
    });
  });
}

/** Which settings an input changes. */
function keysOf(input: UpdateSettingsInput): SettingKey[] {
  const {
    platformName,
    registration,
    defaultLocale,
    currency,
    upstreamAllow,
    logRetentionDays,
    bodyLogging,
  } = input;
  const given: Partial<Record<SettingKey, unknown>> = {
    platform_name: platformName,
    registration,
    default_locale: defaultLocale,
    currency,
    upstream_allow: upstreamAllow,
    log_retention_days: logRetentionDays,
    body_logging: Object.values(bodyLogging ?? {}).find((value) => value !== undefined),
  };
  return (Object.keys(given) as SettingKey[]).filter((key) => given[key] !== undefined);
}

async function requireUnchanged(em: EntityManager, input: UpdateSettingsInput): Promise<void> {
  // Until the end of the transaction: two at once would both find nothing changed.
  await em.execute("select pg_advisory_xact_lock(hashtextextended('aigc-settings', 0))");
  if (input.version === undefined) return;
  const changed = await em.execute<unknown[]>(
    'select key from aigcspace.settings where version > ? and key = any(?::text[])',
    [input.version, `{${keysOf(input).join(',')}}`],
  );
  if (changed.length === 0) return;
  const audited = { targetType: 'settings', targetId: null, action: 'settings.update' };
  const { version } = await readSettings(em);
  throw changedMeanwhile({
    version,
    ...(await lastChange(em, audited)),
    current: await readAudited(em),
  });
}

async function readAudited(em: EntityManager): Promise<Record<string, unknown>> {
  const settings = await readSettings(em);
  const { platformName, registration, upstreamAllow, logRetentionDays, bodyLogging } = settings;
  return {
    platform_name: platformName,
    registration,
    default_locale: settings.defaultLocale,
    currency: settings.currency,
    upstream_allow: upstreamAllow,
    log_retention_days: logRetentionDays,
    body_log_mode: bodyLogging.mode,
    body_log_max_bytes: bodyLogging.maxBytes,
    body_log_keep_days: bodyLogging.keepDays,
  };
}
