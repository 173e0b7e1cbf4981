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
