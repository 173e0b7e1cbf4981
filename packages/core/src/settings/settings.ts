import { z } from 'zod';
import type { EntityManager } from '@mikro-orm/postgresql';
import {
  bodyLogModeSchema,
  DEFAULT_BODY_BYTES,
  DEFAULT_BODY_DAYS,
  type BodyLogMode,
} from '@aigc/shared/schemas/call-bodies';
import { localeSchema } from '@aigc/shared/schemas/fields';

/** Settings that the environment gives a start value; a value saved in the panel wins. */
const environmentSchema = z.object({
  platformName: z.string().nullable(),
  defaultLocale: localeSchema,
  registration: z.enum(['closed', 'open']),
});
export type EnvironmentSettings = z.infer<typeof environmentSchema>;

/** Every key of the table `settings` and the shape of its value. */
const SETTING_SCHEMAS = {
  /** What the environment of the server said at its last start, for processes that do not read it. */
  environment: environmentSchema,
  platform_name: z.string(),
  registration: z.enum(['closed', 'open']),
  /** For whoever has chosen none. */
  default_locale: localeSchema,
  currency: z.string(),
  upstream_allow: z.array(z.string()),
  /** Days that calls stay in the log; null: for ever. */
  log_retention_days: z.number().int().positive().nullable(),
  /** Whose requests and answers are kept, how much of each, and for how long. */
  body_logging: z.object({
    mode: bodyLogModeSchema,
    maxBytes: z.number().int().positive(),
    keepDays: z.number().int().positive(),
  }),
  active_language_model_id: z.number().int().nullable(),
  active_vision_model_id: z.number().int().nullable(),
  /** When the first administrator was made. Its row is the claim that only one set-up can win. */
  installed_at: z.string(),
  /** SHA-256 of the one-time set-up token, hex. */
  setup_token_hash: z.string(),
  /** Check values of the key-encryption keys in use, by key id. */
  secret_key_checks: z.record(z.string(), z.string()),
  /** Hashes of the keys that INIT_API_KEY has made, so that a deleted one is not made again. */
  init_api_keys: z.array(z.string()),
  /** Presets that the first start or an environment variable has made, so that a removed one stays away. */
  seeded_providers: z.array(z.string()),
} as const;

export type SettingKey = keyof typeof SETTING_SCHEMAS;
export type SettingValue<K extends SettingKey> = z.infer<(typeof SETTING_SCHEMAS)[K]>;

export interface BodyLogging {
  mode: BodyLogMode;
  /** Of each body. */
  maxBytes: number;
  keepDays: number;
}

export interface Settings {
  platformName: string;
  defaultLocale: EnvironmentSettings['defaultLocale'];
  registration: 'closed' | 'open';
  /** Of all balances, prices and bills. */
  currency: string;
  /** Days that calls stay in the log; null: for ever. */
  logRetentionDays: number | null;
  /** Whose requests and answers are kept, how much of each, and for how long. */
  bodyLogging: BodyLogging;
  /** Called when a request names no model. */
  activeLanguageModelId: number | null;
  activeVisionModelId: number | null;
  /** Entries that administrators added to the outbound allow-list. */
  upstreamAllow: string[];
  /** Keys of the settings that somebody has saved, rather than the environment's or nobody's. */
  saved: ReadonlySet<string>;
  /** Grows with every change of a setting. */
  version: number;
  isInstalled: boolean;
}

export const DEFAULT_CURRENCY = 'CNY';
const NO_BODY_LOGGING: BodyLogging = {
  mode: 'off',
  maxBytes: DEFAULT_BODY_BYTES,
  keepDays: DEFAULT_BODY_DAYS,
};
const DEFAULT_PLATFORM_NAMES = { en: 'AIGC Space', 'zh-CN': '大模型统一管理平台' } as const;

/** NOTIFY channel that tells every process that a setting has changed. */
export const SETTINGS_CHANNEL = 'aigc_settings';

/** Reads the platform's settings, with defaults for what nobody has set. */
export async function readSettings(em: EntityManager): Promise<Settings> {
  const rows = await em.execute<{ key: string; value: unknown; version: number }[]>(
    'select key, value, version from aigcspace.settings',
  );
  const stored = new Map(rows.map(({ key, value }) => [key, value]));
  const get = <K extends SettingKey>(key: K) => parseSetting(key, stored.get(key));
  const environment = get('environment');
  const defaultLocale = get('default_locale') ?? environment?.defaultLocale ?? 'en';
  return {
    platformName: get('platform_name') ?? environment?.platformName ?? DEFAULT_PLATFORM_NAMES[defaultLocale],
    defaultLocale,
    registration: get('registration') ?? environment?.registration ?? 'closed',
    currency: get('currency') ?? DEFAULT_CURRENCY,
    logRetentionDays: get('log_retention_days') ?? null,
    bodyLogging: get('body_logging') ?? NO_BODY_LOGGING,
    activeLanguageModelId: get('active_language_model_id') ?? null,
    activeVisionModelId: get('active_vision_model_id') ?? null,
    upstreamAllow: get('upstream_allow') ?? [],
    saved: new Set(stored.keys()),
    version: Math.max(0, ...rows.map(({ version }) => version)),
    isInstalled: stored.has('installed_at'),
  };
}

/** Reads one setting; undefined when it was never written. */
export async function readSetting<K extends SettingKey>(
  em: EntityManager,
  key: K,
): Promise<SettingValue<K> | undefined> {
  const [row] = await em.execute<{ value: unknown }[]>('select value from aigcspace.settings where key = ?', [
    key,
  ]);
  return parseSetting(key, row?.value);
}

/** Writes one setting and tells every process when the transaction commits. */
export async function writeSetting<K extends SettingKey>(
  em: EntityManager,
  key: K,
  value: SettingValue<K>,
): Promise<void> {
  // As JSON text: the ORM would write null as SQL's, and the column holds JSON's.
  await em.execute(
    `insert into aigcspace.settings (key, value, version)
     select ?, ?::jsonb, coalesce(max(version), 0) + 1 from aigcspace.settings
     on conflict (key) do update
       set value = excluded.value, version = excluded.version, updated_at = now()`,
    [key, JSON.stringify(value)],
  );
  await em.execute('select pg_notify(?, ?)', [SETTINGS_CHANNEL, key]);
}

/** Writes a setting that nobody has written yet. False when somebody has: of two at once, one wins. */
export async function claimSetting<K extends SettingKey>(
  em: EntityManager,
  key: K,
  value: SettingValue<K>,
): Promise<boolean> {
  const rows = await em.execute<unknown[]>(
    'insert into aigcspace.settings (key, value) values (?, ?::jsonb) on conflict (key) do nothing returning key',
    [key, JSON.stringify(value)],
  );
  return rows.length > 0;
}

/** The setting as processes keep it in memory. Null: off, or not to be understood. */
export function bodyLoggingOf(value: unknown): BodyLogging | null {
  const { data } = SETTING_SCHEMAS.body_logging.safeParse(value);
  return data === undefined || data.mode === 'off' ? null : data;
}

function parseSetting<K extends SettingKey>(key: K, value: unknown): SettingValue<K> | undefined {
  // The cast joins what the mapped type cannot express: the schema of this key gives the value of this key.
  return value === undefined ? undefined : (SETTING_SCHEMAS[key].parse(value) as SettingValue<K>);
}
