import { InvalidArgumentError, Option, type Command } from 'commander';
import { amountSchema, timeSchema } from '@aigc/shared/schemas/fields';
import {
  addressEntrySchema,
  BUDGET_PERIODS,
  budgetPeriodSchema,
  type KeyPolicyInput,
} from '@aigc/shared/schemas/keys';
import { modelTitleSchema } from '@aigc/shared/schemas/models';
import { parseBy, parseFuture, parseInteger } from './parse-value.ts';

const MAX_LIMIT = 1_000_000_000;
/** Removes a bound. A word, because commander turns null into an empty text. */
const NONE = 'none';
type OrNone<T> = T | typeof NONE;

interface Budget {
  amount: string;
  period: (typeof BUDGET_PERIODS)[number];
}

/** Values of the options that `addPolicyOptions` declares; what is not given is undefined. */
export interface PolicyOptions {
  expires?: OrNone<string>;
  models?: OrNone<string[]>;
  ips?: OrNone<string[]>;
  rpm?: OrNone<number>;
  tpm?: OrNone<number>;
  concurrency?: OrNone<number>;
  budget?: OrNone<Budget>;
  strictParameters?: 'on' | 'off';
}

/** Declares what a key may do. Each takes `none` to remove a bound. */
export function addPolicyOptions(command: Command): Command {
  const limit = orNone(parseInteger(1, MAX_LIMIT));
  return command
    .option('--expires <when>', 'refuse it after, e.g. 90d or 2027-01-31; or none', orNone(parseExpiry))
    .option(
      '--models <titles>',
      'call only these models, parted by commas; or none',
      orNone(listOf(parseBy(modelTitleSchema))),
    )
    .option(
      '--ips <addresses>',
      'only from these addresses or networks, parted by commas, e.g. 192.0.2.7,10.0.0.0/8; or none',
      orNone(listOf(parseBy(addressEntrySchema))),
    )
    .option('--rpm <number>', 'calls per minute; or none', limit)
    .option('--tpm <number>', 'tokens per minute; or none', limit)
    .option('--concurrency <number>', 'calls at the same time; or none', limit)
    .option(
      '--budget <amount/period>',
      `the most it may spend per ${BUDGET_PERIODS.join(', ')}, e.g. 50/month; or none`,
      orNone(parseBudget),
    )
    .addOption(
      new Option(
        '--strict-parameters <on-or-off>',
        'refuse parameters that an upstream cannot be told, instead of leaving them out',
      ).choices(['on', 'off']),
    );
}

/** The input of the verbs that the options stand for. */
export function readPolicy(options: PolicyOptions): KeyPolicyInput {
  const budget = orNull(options.budget);
  return {
    expires_at: orNull(options.expires),
    allowed_models: orNull(options.models),
    allowed_ips: orNull(options.ips),
    rpm_limit: orNull(options.rpm),
    tpm_limit: orNull(options.tpm),
    concurrency_limit: orNull(options.concurrency),
    budget: budget === null ? null : budget?.amount,
    budget_period: budget === null ? null : budget?.period,
    strict_parameters: options.strictParameters === undefined ? undefined : options.strictParameters === 'on',
  };
}

/** True if at least one of them was given. */
export function hasPolicy(options: PolicyOptions): boolean {
  return Object.values(readPolicy(options)).some((value) => value !== undefined);
}

function orNone<T>(parse: (value: string) => T): (value: string) => OrNone<T> {
  return (value) => (value === NONE ? NONE : parse(value));
}

function orNull<T>(value: OrNone<T> | undefined): T | null | undefined {
  return value === NONE ? null : value;
}

function listOf<T>(parse: (value: string) => T): (value: string) => T[] {
  return (value) => value.split(',').map((entry) => parse(entry.trim()));
}

function parseExpiry(value: string): string {
  return parseBy(timeSchema)(parseFuture(value));
}

function parseBudget(value: string): Budget {
  const [amount = '', period = '', ...rest] = value.split('/');
  if (rest.length > 0 || period === '') {
    throw new InvalidArgumentError(`It must be an amount and a period, such as 50/month.`);
  }
  return { amount: parseBy(amountSchema)(amount), period: parseBy(budgetPeriodSchema)(period) };
}
