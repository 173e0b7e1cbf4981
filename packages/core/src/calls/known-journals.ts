import type { EntityManager } from '@mikro-orm/postgresql';
import { trimMoney, type Money } from '@aigc/shared/money';
import { listJournals } from '../journal/read-journal.ts';
import { SEEN_LATELY } from './instances.ts';
import { INSTANCE_LOCK_HELD } from './recover-calls.ts';

/** A journal that the database, or the data directory, knows of. */
export interface KnownJournal {
  id: string;
  /** The machine that it is on; null: the database does not know it. */
  host: string | null;
  /** Whether its directory is here. */
  isHere: boolean;
  /** Whether the process that writes it runs, as its lock says. */
  isAlive: boolean;
  /** Whether it has said lately that it runs; one whose connection is being made again has no lock for a moment. */
  wasSeenLately: boolean;
  /** Everything up to this record is entered. */
  position: number;
  /** What of balances is set aside for it. */
  leased: Money;
  /** ISO 8601; when something of it was entered last. Null: the database does not know it. */
  updatedAt: string | null;
}

interface JournalRow {
  id: string;
  host: string;
  sequence: string;
  leased: string;
  is_alive: boolean;
  was_seen: boolean;
  updated_at: Date | string;
}

/** Every journal that is not closed, oldest first. */
export async function findKnownJournals(em: EntityManager, directory: string): Promise<KnownJournal[]> {
  const here = new Set(await listJournals(directory));
  const rows = await em.execute<JournalRow[]>(
    `select p.journal_id as id, p.host, p.sequence::text, p.updated_at,
       coalesce((select sum(amount) from aigcspace.leases l where l.journal_id = p.journal_id), 0)::text as leased,
       ${INSTANCE_LOCK_HELD('p.journal_id')} as is_alive, ${SEEN_LATELY('p.journal_id')} as was_seen
     from aigcspace.journal_positions p where p.closed_at is null order by p.created_at, p.journal_id`,
  );
  const known = rows.map((row) => ({
    id: row.id,
    host: row.host,
    isHere: here.delete(row.id),
    isAlive: row.is_alive,
    wasSeenLately: row.was_seen,
    position: Number(row.sequence),
    leased: trimMoney(row.leased),
    updatedAt: new Date(row.updated_at).toISOString(),
  }));
  const others = [...here].toSorted().map((id) => ({
    id,
    host: null,
    isHere: true,
    isAlive: false,
    wasSeenLately: false,
    position: 0,
    leased: '0',
    updatedAt: null,
  }));
  return [...known, ...others];
}
