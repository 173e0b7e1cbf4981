import { InvalidArgumentError, type Command } from 'commander';
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
const NONE = 'none';

/** Values of the options that `addPolicyOptions` declares; what is not given is undefined. */
export interface PolicyOptions {
  expires?: string | null;
  models?: string[] | null;
  ips?: string[] | null;
  rpm?: number | null;
  tpm?: number | null;
  concurrency?: number | null;
  budget?: { budget: string; period: (typeof BUDGET_PERIODS)[number] } | null;
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
    );
}

/** The input of the verbs that the options stand for. */
export function readPolicy(options: PolicyOptions): KeyPolicyInput {
  const { budget } = options;
  return {
    expires_at: options.expires,
    allowed_models: options.models,
    allowed_ips: options.ips,
    rpm_limit: options.rpm,
    tpm_limit: options.tpm,
    concurrency_limit: options.concurrency,
    budget: budget === null ? null : budget?.budget,
    budget_period: budget === null ? null : budget?.period,
  };
}

/** True if at least one of them was given. */
export function hasPolicy(options: PolicyOptions): boolean {
  return Object.values(readPolicy(options)).some((value) => value !== undefined);
}

function orNone<T>(parse: (value: string) => T): (value: string) => T | null {
  return (value) => (value === NONE ? null : parse(value));
}

function listOf<T>(parse: (value: string) => T): (value: string) => T[] {
  return (value) => value.split(',').map((entry) => parse(entry.trim()));
}

function parseExpiry(value: string): string {
  return parseBy(timeSchema)(parseFuture(value));
}

function parseBudget(value: string): { budget: string; period: (typeof BUDGET_PERIODS)[number] } {
  const [amount = '', period = '', ...rest] = value.split('/');
  if (rest.length > 0 || period === '') {
    throw new InvalidArgumentError(`It must be an amount and a period, such as 50/month.`);
  }
  return { budget: parseBy(amountSchema)(amount), period: parseBy(budgetPeriodSchema)(period) };
}
