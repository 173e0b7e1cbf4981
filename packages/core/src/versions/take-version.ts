import type { EntityManager } from '@mikro-orm/postgresql';
import { lastChange, type AuditedTarget } from './last-change.ts';
import { changedMeanwhile } from './changed-meanwhile.ts';

/** Where the version of something stands. Forms that change different parts of a row have a column each. */
type Versioned =
  | { table: 'providers' | 'models' | 'platform_api_key' | 'users'; column?: 'version' }
  | { table: 'models'; column: 'routing_version' };

export type TakenVersion = Versioned & {
  id: number | string;
  /** The version that the change was made from; undefined: whatever is there is to be changed. */
  given: number | undefined;
  /** How the audit log names it. */
  audited: AuditedTarget;
  /** What is there now, as it is read. */
  current: () => Promise<unknown>;
};

/**
 * Takes the next version of a row for a change, in the change's transaction: two at once wait for one another.
 * Call it once it is known that the actor may see the row.
 * @throws AppError `edit_conflict` when the row has changed since `given` was read
 */
export async function takeVersion(em: EntityManager, taken: TakenVersion): Promise<number> {
  const { table, column = 'version', id, given = null } = taken;
  const [next] = await em.execute<{ version: number }[]>(
    `update aigcspace.${table} set ${column} = ${column} + 1
     where id = ? and (?::int is null or ${column} = ?::int) returning ${column} as version`,
    [id, given, given],
  );
  if (next !== undefined) return next.version;
  const [found] = await em.execute<{ version: number }[]>(
    `select ${column} as version from aigcspace.${table} where id = ?`,
    [id],
  );
  throw changedMeanwhile({
    version: found?.version ?? 0,
    ...(await lastChange(em, taken.audited)),
    current: await taken.current(),
  });
}
