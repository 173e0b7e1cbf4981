import { rollupArrays, type RollupRow } from './rollup-rows.ts';
import {
  addFoldsSql,
  addRollupsSql,
  FOLDED_THROUGH,
  LOCK_ROLLUPS,
  ROLLUP_ARRAY_TYPES,
  ROLLUP_COLUMNS,
} from './rollup-sql.ts';

/** A connection inside a transaction, whose statements are prepared by name. */
export interface StatementRunner {
  query<Row extends object>(statement: { name: string; text: string }, values?: unknown[]): Promise<Row[]>;
}

/** The first statement of a transaction that will add to the sums. */
export async function lockRollups(sql: StatementRunner): Promise<void> {
  await sql.query(LOCK);
}

/** Adds what `sumIntoRows` made of a batch to the sums. The transaction must have begun with `lockRollups`. */
export async function addRollupRows(sql: StatementRunner, rows: readonly RollupRow[]): Promise<void> {
  if (rows.length === 0) return;
  await sql.query(ADD, rollupArrays(rows));
  const [progress] = await sql.query<{ folded_through: Date | string }>(PROGRESS);
  if (progress === undefined) throw new Error('aigcspace.rollup_progress has lost its row');
  const foldedThroughMs = new Date(progress.folded_through).getTime();
  const late = rows.filter((row) => Date.parse(row.hour) < foldedThroughMs);
  if (late.length > 0) await sql.query(FOLD, rollupArrays(late));
}

const PARAMETERS = ROLLUP_ARRAY_TYPES.map((type, index) => `$${index + 1}::${type}`).join(', ');
const ROWS = `(select * from unnest(${PARAMETERS}) u (${ROLLUP_COLUMNS}))`;

const LOCK = { name: 'rollups-lock', text: LOCK_ROLLUPS };
const ADD = { name: 'rollups-add', text: addRollupsSql(ROWS) };
const PROGRESS = { name: 'rollups-progress', text: `select ${FOLDED_THROUGH} as folded_through` };
const FOLD = { name: 'rollups-fold', text: addFoldsSql(ROWS) };
