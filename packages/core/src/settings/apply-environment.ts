import type { EntityManager } from '@mikro-orm/postgresql';
import { moneyExists } from './money-exists.ts';
import {
  claimSetting,
  DEFAULT_CURRENCY,
  readSetting,
  writeSetting,
  type EnvironmentSettings,
} from './settings.ts';

/** The configuration contradicts the data. The message is for the operator. */
export class SettingsConflictError extends Error {
  override readonly name = 'SettingsConflictError';
}

/** Writes down what the environment says, where all that read settings find it. */
export async function applyEnvironment(
  em: EntityManager,
  environment: EnvironmentSettings,
  currency: string | null,
): Promise<void> {
  await em.transactional(async (tx) => {
    const known = await readSetting(tx, 'environment');
    if (JSON.stringify(sorted(known)) !== JSON.stringify(sorted(environment))) {
      await writeSetting(tx, 'environment', environment);
    }
    await applyCurrency(tx, currency);
  });
}

/** Amounts are not converted, so the currency is free only as long as there are none. */
async function applyCurrency(em: EntityManager, wanted: string | null): Promise<void> {
  await claimSetting(em, 'currency', wanted ?? DEFAULT_CURRENCY);
  const current = await readSetting(em, 'currency');
  if (wanted === null || wanted === current) return;
  if (await moneyExists(em)) {
    throw new SettingsConflictError(
      `CURRENCY is ${wanted}, but prices and balances of this installation are in ${current}. Remove CURRENCY or set it to ${current}.`,
    );
  }
  await writeSetting(em, 'currency', wanted);
}

/** jsonb does not keep the order of keys. */
function sorted(settings: EnvironmentSettings | undefined): [string, unknown][] {
  return Object.entries(settings ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
