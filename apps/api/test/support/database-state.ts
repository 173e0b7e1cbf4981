import type { Container } from '../../src/container.ts';

/** What the installation writes by itself, whenever its jobs, its drain and its heartbeat run. */
const KEPT_BY_JOBS = new Set([
  'instances',
  'job_runs',
  'journal_positions',
  'rollup_folds',
  'rollup_progress',
]);

/** Every row of every table that requests write, as one text per table, to see whether anything has changed. */
export async function databaseState({ orm }: Pick<Container, 'orm'>): Promise<Record<string, string>> {
  const em = orm.em.fork();
  const tables = await em.execute<{ table_name: string }[]>(
    "select table_name from information_schema.tables where table_schema = 'aigcspace' order by 1",
  );
  const state: Record<string, string> = {};
  for (const { table_name } of tables) {
    if (KEPT_BY_JOBS.has(table_name)) continue;
    const [row] = await em.execute<{ rows: string }[]>(
      `select coalesce(string_agg(t::text, e'\\n' order by t::text), '') as rows from aigcspace.${table_name} t`,
    );
    state[table_name] = row?.rows ?? '';
  }
  return state;
}
