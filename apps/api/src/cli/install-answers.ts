import { z } from 'zod';
import { readSettings } from '@aigc/core/settings/settings';
import { emailSchema, nameSchema } from '@aigc/shared/schemas/fields';
import type { Env } from '../env.ts';
import { ask, askNewPassword, readGivenPassword, type PasswordOptions } from './ask.ts';
import type { CliContext } from './cli-context.ts';
import { usageError } from './cli-error.ts';
import type { Installation } from './installation.ts';

export const currencySchema = z
  .string()
  .trim()
  .regex(/^[A-Z]{3}$/, 'must be a currency code of three capital letters, such as CNY');

/** What was given on the command line or by the environment. */
export interface GivenAnswers {
  email?: string | undefined;
  name?: string | undefined;
  password?: string | undefined;
  platformName?: string | undefined;
  currency?: string | undefined;
}

export interface InstallAnswers {
  email: string;
  name: string;
  password: string;
  /** Null: as the environment says. */
  platformName: string | null;
  currency: string | null;
}

type AnswerOptions = PasswordOptions & Omit<GivenAnswers, 'password'>;

/**
 * Reads what was given. Options win over INIT_ADMIN_EMAIL and INIT_ADMIN_PASSWORD.
 * @throws CliError (usage) when something is missing that nobody can be asked for
 */
export async function readGivenAnswers(
  { terminal }: CliContext,
  env: Pick<Env, 'initAdmin' | 'currency'>,
  options: AnswerOptions,
): Promise<GivenAnswers> {
  const email = options.email ?? env.initAdmin?.email;
  const password =
    (await readGivenPassword(options)) ??
    (email === env.initAdmin?.email ? env.initAdmin?.password : undefined);
  if (!terminal.canAsk && (email === undefined || password === undefined)) {
    throw usageError(
      'Nobody can be asked here: give --email and --password-stdin, or set INIT_ADMIN_EMAIL and INIT_ADMIN_PASSWORD.',
    );
  }
  const { name, platformName } = options;
  return { email, name, password, platformName, currency: options.currency ?? env.currency ?? undefined };
}

/** Asks for what is missing. Who has given the administrator is not asked for settings, which have defaults. */
export async function completeAnswers(
  context: CliContext,
  { em }: Installation,
  given: GivenAnswers,
): Promise<InstallAnswers> {
  const isAsking = given.email === undefined || given.password === undefined;
  const email =
    given.email ?? (await ask(context, { text: "The administrator's e-mail address", schema: emailSchema }));
  const fallback = email.split('@', 1)[0] || email;
  const name =
    given.name ??
    (isAsking ? await ask(context, { text: 'Their name', schema: nameSchema(100), fallback }) : fallback);
  const password =
    given.password ?? (await askNewPassword(context, 'Their password (at least 8 characters)'));
  const { platformName = null, currency = null } = given;
  if (!isAsking) return { email, name, password, platformName, currency };
  const settings = await readSettings(em());
  return {
    email,
    name,
    password,
    platformName: platformName ?? (await askPlatformName(context, settings.platformName)),
    currency:
      currency ??
      (await ask(context, {
        text: 'Currency of prices and balances',
        schema: currencySchema,
        fallback: settings.currency,
      })),
  };
}

/** Null for the name that it has anyway, so that the environment can still change it. */
async function askPlatformName(context: CliContext, current: string): Promise<string | null> {
  const name = await ask(context, {
    text: 'Name of the platform',
    schema: nameSchema(100),
    fallback: current,
  });
  return name === current ? null : name;
}
