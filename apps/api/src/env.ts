import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { PROVIDER_PRESETS } from '@aigc/providers/presets';
import { platformKeyKind } from '@aigc/shared/platform-key';
import { emailSchema, localeSchema, nameSchema, passwordSchema } from '@aigc/shared/schemas/fields';
import { KEY_VARIABLE } from '@aigc/core/catalogue/catalogue-schema';
import { parseKeyEncryptionKeys } from '@aigc/core/secrets/key-encryption-keys';
import { isLoopbackHost } from './http/loopback.ts';
import { parseAllowList } from './outbound/allow-list.ts';
import { usePlainZodMessages } from '@aigc/shared/zod-reasons';
import type { Role } from './role.ts';

usePlainZodMessages();

/** The configuration is wrong; the message is one readable line that names the variable. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
}

const flag = z
  .enum(['1', 'true', 'yes', 'on', '0', 'false', 'no', 'off'], 'must be true or false')
  .transform((text) => ['1', 'true', 'yes', 'on'].includes(text));

const origin = z.string().transform((text, context) => {
  const url = URL.parse(text);
  const isOrigin =
    url !== null &&
    ['http:', 'https:'].includes(url.protocol) &&
    ['', '/'].includes(url.pathname + url.search + url.hash) &&
    url.username + url.password === '';
  if (isOrigin) return url;
  context.addIssue('must be an address such as https://ai.example.com, without a path');
  return z.NEVER;
});

const addressOrRange = z.string().refine((text) => {
  const [address = '', prefix, ...rest] = text.split('/');
  const bits = isIP(address) === 4 ? 32 : isIP(address) === 6 ? 128 : -1;
  if (bits < 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
}, 'must be addresses or blocks such as 10.0.0.0/8, separated by commas');

/** Turns a parser's exception into the variable's message. */
const parsedBy = <T>(parse: (text: string) => T) =>
  z.string().transform((text, context) => {
    try {
      return parse(text);
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : 'is invalid');
      return z.NEVER;
    }
  });

const variables = z.object({
  HOST: z.string().max(255).default('127.0.0.1'),
  PORT: z
    .string()
    .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535, 'must be a port from 0 to 65535')
    .transform(Number)
    .default(8000),
  PUBLIC_URL: origin.optional(),
  /** An older name of PUBLIC_URL, which wins. */
  ORIGIN: origin.optional(),
  DATA_DIR: z.string().default('.data'),
  DATABASE_URL: z
    .string()
    .refine((text) => ['postgres:', 'postgresql:'].includes(URL.parse(text)?.protocol ?? ''), {
      error: 'must be a PostgreSQL address such as postgres://user:password@host:5432/database',
    })
    .optional(),
  REDIS_URL: z
    .string()
    .refine((text) => ['redis:', 'rediss:'].includes(URL.parse(text)?.protocol ?? ''), {
      error: 'must be a Redis address such as redis://:password@host:6379/0',
    })
    .optional(),
  WORKERS: z
    .string()
    .refine(
      (text) => /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 128,
      'must be from 1 to 128',
    )
    .transform(Number)
    .default(1),
  ROLE: z.enum(['all', 'gateway', 'panel', 'jobs']).default('all'),
  PLATFORM_NAME: nameSchema(100).optional(),
  DEFAULT_LOCALE: localeSchema.default('en'),
  CURRENCY: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be a currency code of three capital letters, such as CNY')
    .optional(),
  SECRET_KEYS: parsedBy(parseKeyEncryptionKeys).optional(),
  UPSTREAM_ALLOW: parsedBy(parseAllowList).optional(),
  UPSTREAM_ALLOW_METADATA: flag.default(false),
  UPSTREAM_ALLOW_LOOPBACK: flag.optional(),
  /** Only what exists: invitations are not built yet. */
  REGISTRATION: z.enum(['closed', 'open']).default('closed'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).optional(),
  METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{1,512}$/, 'must be up to 512 visible ASCII characters without spaces')
    .optional(),
  SETTLE: z.enum(['journal', 'database']).default('journal'),
  SNAPSHOT_MAX_STALE: z
    .string()
    .refine((text) => /^\d{1,6}$/.test(text) && Number(text) >= 5, 'must be a number of seconds from 5')
    .transform(Number)
    .default(900),
  PLUGINS: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((entry) => entry !== ''))
    .pipe(z.array(z.string()).max(50, 'must name at most 50 plug-ins'))
    .default([]),
  MODELS_FILE: z.string().max(1000).optional(),
  TRUST_PROXY: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((entry) => entry !== ''))
    .pipe(z.array(addressOrRange))
    .default([]),
  INIT_ADMIN_EMAIL: emailSchema.optional(),
  INIT_ADMIN_PASSWORD: passwordSchema.optional(),
  INIT_API_KEY: z
    .string()
    .refine(
      (key) => platformKeyKind(key) !== undefined,
      'is not a well-formed key; `npm run cli -- key generate` prints one',
    )
    .optional(),
});

export interface ModelsFile {
  /** Absolute. */
  path: string;
  /** It was asked for: that there is none is an error. */
  isRequired: boolean;
}

/** The configuration of this process, read once at start. */
export interface Env {
  host: string;
  /** 0: any free port. */
  port: number;
  publicUrl: URL | null;
  /** Absolute. */
  dataDir: string;
  /** Null: the embedded PostgreSQL. */
  databaseUrl: string | null;
  /** Where limits are counted; null: on this machine. */
  redisUrl: string | null;
  /** Processes that serve; one: this process alone. */
  workers: number;
  role: Role;
  /** Null: a name in the language of the installation. */
  platformName: string | null;
  defaultLocale: z.infer<typeof localeSchema>;
  /** Null: what the installation has, CNY for a new one. */
  currency: string | null;
  /** Null: kept in the data directory. */
  secretKeys: ReturnType<typeof parseKeyEncryptionKeys> | null;
  upstreamAllow: ReturnType<typeof parseAllowList> | null;
  upstreamAllowMetadata: boolean;
  /** Upstreams on this machine may be called: the default for an installation bound to loopback. */
  upstreamAllowLoopback: boolean;
  registration: 'closed' | 'open';
  logLevel: string;
  /** Whether the operator asked for that level. */
  isLogLevelSet: boolean;
  /** What `/metrics` asks for; null: only programs on this machine may read it. */
  metricsToken: string | null;
  /** Where a call's settlement is made durable before its answer ends. */
  settle: 'journal' | 'database';
  /** How long calls go on with keys and models as they were, while the database cannot be read. */
  snapshotMaxStaleMs: number;
  trustProxy: readonly string[];
  /** Provider plug-ins: paths, or names of installed packages. */
  plugins: readonly string[];
  /** The file of providers and models that is read at start. */
  modelsFile: ModelsFile;
  /** Keys of providers found in the environment, by variable name: those of presets, and what a catalogue file names. */
  providerKeys: Readonly<Record<string, string>>;
  initAdmin: { email: string; password: string } | null;
  initApiKey: string | null;
  /** Names of the variables that are set. */
  given: ReadonlySet<string>;
}

/** Reads and checks every variable. An empty one counts as absent. @throws EnvError */
export function readEnv(source: NodeJS.ProcessEnv): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const result = variables.safeParse(given);
  if (!result.success) throw new EnvError(describe(result.error));
  const read = result.data;
  const initAdmin = readInitAdmin(read.INIT_ADMIN_EMAIL, read.INIT_ADMIN_PASSWORD);
  return {
    host: read.HOST,
    port: read.PORT,
    publicUrl: read.PUBLIC_URL ?? read.ORIGIN ?? null,
    dataDir: resolve(read.DATA_DIR),
    databaseUrl: read.DATABASE_URL ?? null,
    redisUrl: read.REDIS_URL ?? null,
    workers: read.WORKERS,
    role: read.ROLE,
    platformName: read.PLATFORM_NAME ?? null,
    defaultLocale: read.DEFAULT_LOCALE,
    currency: read.CURRENCY ?? null,
    secretKeys: read.SECRET_KEYS ?? null,
    upstreamAllow: read.UPSTREAM_ALLOW ?? null,
    upstreamAllowMetadata: read.UPSTREAM_ALLOW_METADATA,
    upstreamAllowLoopback: read.UPSTREAM_ALLOW_LOOPBACK ?? isLoopbackHost(read.HOST),
    registration: read.REGISTRATION,
    logLevel: read.LOG_LEVEL ?? 'info',
    isLogLevelSet: read.LOG_LEVEL !== undefined,
    metricsToken: read.METRICS_TOKEN ?? null,
    settle: read.SETTLE,
    snapshotMaxStaleMs: read.SNAPSHOT_MAX_STALE * 1000,
    trustProxy: read.TRUST_PROXY,
    plugins: read.PLUGINS,
    modelsFile: {
      path: resolve(read.MODELS_FILE ?? 'config/models.yaml'),
      isRequired: read.MODELS_FILE !== undefined,
    },
    providerKeys: readProviderKeys(given),
    initAdmin,
    initApiKey: read.INIT_API_KEY ?? null,
    given: new Set(Object.keys(variables.shape).filter((name) => given[name] !== undefined)),
  };
}

/** The process's environment over the file `.env` of the working directory. @throws EnvError */
export function readProcessEnv(): Env {
  let file: NodeJS.Dict<string> = {};
  try {
    file = parseEnv(readFileSync('.env', 'utf8'));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
      throw new EnvError('.env cannot be read. Check its permissions.', { cause: error });
    }
  }
  return readEnv({ ...file, ...process.env });
}

/** The panel's build reads its own few variables when it is imported. */
export function setPanelEnv(panel: Readonly<Record<string, string>>): void {
  Object.assign(process.env, panel);
}

function readInitAdmin(email: string | undefined, password: string | undefined): Env['initAdmin'] {
  if (email !== undefined && password !== undefined) return { email, password };
  if (email === undefined && password === undefined) return null;
  const [missing, set] =
    email === undefined
      ? ['INIT_ADMIN_EMAIL', 'INIT_ADMIN_PASSWORD']
      : ['INIT_ADMIN_PASSWORD', 'INIT_ADMIN_EMAIL'];
  throw new EnvError(`${missing} is missing: it belongs to ${set}.`);
}

function readProviderKeys(given: NodeJS.Dict<string>): Record<string, string> {
  const keys: Record<string, string> = {};
  const names = [...PROVIDER_PRESETS.map((preset) => preset.key_variable), ...Object.keys(given)];
  for (const name of names.filter((each) => KEY_VARIABLE.test(each))) {
    const value = given[name]?.trim();
    if (value !== undefined && value !== '') keys[name] = value;
  }
  return keys;
}

/** Never shows a value: it may be a secret. */
function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  const name = String(issue?.path[0] ?? 'The environment');
  return `${name} ${issue?.message ?? 'is invalid'}.`.replace(/\.\.$/, '.');
}
