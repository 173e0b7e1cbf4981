import { join } from 'node:path';
import type { EntityManager } from '@mikro-orm/postgresql';
import { findKnownJournals } from '../calls/known-journals.ts';
import { JournalDamagedError } from '../journal/journal-errors.ts';
import { readJournal } from '../journal/read-journal.ts';

/** What of settlements on disk needs somebody. */
export interface JournalFaults {
  /** Settled on disk, in all journals here, and not in the database. */
  undrainedRecords: number;
  /** Settlements that the database refused and that nobody has entered since. */
  quarantined: number;
  /** Journals of processes that are gone, whose files are not here, with what is set aside for them. */
  missing: { id: string; host: string; leased: string }[];
  /** The message of each journal that cannot be read to its end. */
  damaged: string[];
  /** Journals of running processes. */
  running: number;
}

/** Looks at every open journal and changes nothing. `directory` holds those of this machine. */
export async function findJournalFaults(em: EntityManager, directory: string): Promise<JournalFaults> {
  const journals = await findKnownJournals(em, directory);
  const [row] = await em.execute<{ count: number }[]>(
    'select count(*)::int as count from aigcspace.quarantined_settlements where resolved_at is null',
  );
  const faults: JournalFaults = {
    undrainedRecords: 0,
    quarantined: row?.count ?? 0,
    missing: [],
    damaged: [],
    running: journals.filter(({ isAlive }) => isAlive).length,
  };
  for (const { id, host, isHere, isAlive, position, leased } of journals) {
    if (!isHere && !isAlive) faults.missing.push({ id, host: host ?? '', leased });
    if (!isHere) continue;
    try {
      faults.undrainedRecords += await countBehind(join(directory, id), position);
    } catch (error) {
      if (error instanceof JournalDamagedError) faults.damaged.push(error.message);
      // A journal that was drained to its end meanwhile is gone.
      else if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
  return faults;
}

async function countBehind(path: string, position: number): Promise<number> {
  let count = 0;
  for await (const records of readJournal(path)) {
    for (const { sequence, record } of records) {
      if (sequence > position && record.kind === 'settlement') count += 1;
    }
  }
  return count;
}
