import type { EntityManager } from '@mikro-orm/postgresql';
import { sumIntoRows, type SettledCall } from './rollup-rows.ts';
import { addFoldsSql, addRollupsSql, FOLDED_THROUGH, rollupRecords } from './rollup-sql.ts';

/** Adds a settled call to the sums of its hour. The transaction must have begun with `LOCK_ROLLUPS`. */
export async function addToRollup(tx: EntityManager, settled: SettledCall): Promise<void> {
  const rows = sumIntoRows([settled]);
  const parameters = [JSON.stringify(rows)];
  await tx.execute(addRollupsSql(RECORDS), parameters);
  const [progress] = await tx.execute<{ is_folded: boolean }[]>(
    `select ?::timestamptz < ${FOLDED_THROUGH} as is_folded`,
    [rows[0]?.hour],
  );
  if (progress?.is_folded === true) await tx.execute(addFoldsSql(RECORDS), parameters);
}

const RECORDS = rollupRecords('?');
