import type { EntityManager } from '@mikro-orm/postgresql';
import { EXTRA_PRICES } from '@aigc/shared/price-kinds';

const PRICES = ['input_price', 'output_price', ...EXTRA_PRICES];

/** Every place where an amount of the installation's currency may stand. */
const AMOUNTS = [
  'select 1 from aigcspace.ledger_entries',
  `select 1 from aigcspace.models where greatest(${PRICES.join(', ')}) > 0`,
  'select 1 from aigcspace.platform_api_key where budget is not null',
  'select 1 from aigcspace.redeem_batches',
];

/** Amounts are not converted, so the currency is free only as long as there are none. */
export async function moneyExists(em: EntityManager): Promise<boolean> {
  const [row] = await em.execute<{ used: boolean }[]>(
    `select ${AMOUNTS.map((query) => `exists (${query})`).join(' or ')} as used`,
  );
  return row?.used === true;
}
