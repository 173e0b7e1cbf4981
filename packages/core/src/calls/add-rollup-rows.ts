import type { Sql } from '@aigc/db/sql-session';
import type { RollupRow } from './rollup-rows.ts';
import { addFoldsSql, addRollupsSql, FOLDED_THROUGH, rollupRecords } from './rollup-sql.ts';

/** Adds what `sumIntoRows` made of a batch to the sums. The transaction must have begun with `LOCK_ROLLUPS`. */
export async function addRollupRows(sql: Sql, rows: readonly RollupRow[]): Promise<void> {
  if (rows.length === 0) return;
  const [progress] = await sql.query<{ folded_through: Date | string }>(ADD, [json(rows)]);
  if (progress === undefined) throw new Error('aigcspace.rollup_progress has lost its row');
  const foldedThroughMs = new Date(progress.folded_through).getTime();
  const late = rows.filter((row) => Date.parse(row.hour) < foldedThroughMs);
  if (late.length > 0) await sql.query(FOLD, [json(late)]);
}

/** As bytes, so that a text of hundreds of rows need not wait in V8's memory for its answer: see `CopyLines`. */
function json(rows: readonly RollupRow[]): Buffer {
  return Buffer.from(JSON.stringify(rows));
}

const RECORDS = rollupRecords('$1');

const ADD = {
  name: 'rollups-add',
  text: `with added as (${addRollupsSql(RECORDS)}) select ${FOLDED_THROUGH} as folded_through`,
};
const FOLD = { name: 'rollups-fold', text: addFoldsSql(RECORDS) };
