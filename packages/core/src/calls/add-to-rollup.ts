import type { EntityManager } from '@mikro-orm/postgresql';
import { rollupArrays, sumIntoRows, type SettledCall } from './rollup-rows.ts';
import {
  addFoldsSql,
  addRollupsSql,
  FOLDED_THROUGH,
  ROLLUP_ARRAY_TYPES,
  ROLLUP_COLUMNS,
} from './rollup-sql.ts';

/** Adds a settled call to the sums of its hour. The transaction must have begun with `LOCK_ROLLUPS`. */
export async function addToRollup(tx: EntityManager, settled: SettledCall): Promise<void> {
  const rows = sumIntoRows([settled]);
  const values = rollupArrays(rows).flat();
  await tx.execute(addRollupsSql(ONE_ROW), values);
  const [progress] = await tx.execute<{ is_folded: boolean }[]>(
    `select ?::timestamptz < ${FOLDED_THROUGH} as is_folded`,
    [rows[0]?.hour],
  );
  if (progress?.is_folded === true) await tx.execute(addFoldsSql(ONE_ROW), values);
}

const PLACEHOLDERS = ROLLUP_ARRAY_TYPES.map((type) => `?::${type.replace('[]', '')}`).join(', ');
const ONE_ROW = `(select * from (values (${PLACEHOLDERS})) o (${ROLLUP_COLUMNS}))`;
