import type { EntityManager } from '@mikro-orm/postgresql';

/** Tables whose rows hold keys. */
type SealedTable = 'models' | 'providers' | 'own_provider_keys';

/** The id that the next row will have: a key is sealed to its row before the row is written. */
export async function nextId(em: EntityManager, table: SealedTable): Promise<number> {
  const sequence = `aigcspace.${table}`;
  const [row] = await em.execute<{ id: number }[]>(
    "select nextval(pg_get_serial_sequence(?, 'id'))::int as id",
    [sequence],
  );
  if (row === undefined) throw new Error(`no sequence of ${sequence}`);
  return row.id;
}
