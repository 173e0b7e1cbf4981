import { p } from '@mikro-orm/core';

/** Column kinds that recur. Schema name and money precision stand here once. */

export const SCHEMA = 'aigcspace';

/** NUMERIC(24,10), read and written as a decimal string. */
export const moneyColumn = () => p.decimal('string').precision(24).scale(10);

export const createdAt = () =>
  p
    .datetime()
    .defaultRaw('now()')
    .onCreate(() => new Date());

export const updatedAt = () =>
  p
    .datetime()
    .defaultRaw('now()')
    .onCreate(() => new Date())
    .onUpdate(() => new Date());

/** Limits of calls per minute (requests, tokens) and at the same time; null: none. */
export const limitColumns = () => ({
  rpmLimit: p.integer().nullable(),
  tpmLimit: p.integer().nullable(),
  concurrencyLimit: p.integer().nullable(),
});

/** The check on `limitColumns`. */
export const limitsCheck = (table: string) => ({
  name: `${table}_limits_positive`,
  expression:
    '(rpm_limit is null or rpm_limit > 0) and (tpm_limit is null or tpm_limit > 0) and (concurrency_limit is null or concurrency_limit > 0)',
});
