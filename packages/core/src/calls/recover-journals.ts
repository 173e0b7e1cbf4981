import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDatabaseUnavailable } from '@aigc/db/database-unavailable';
import { openSqlSession, type SqlSession } from '@aigc/db/sql-session';
import { listJournals, readJournal } from '../journal/read-journal.ts';
import { BatchWriter } from './batch-writer.ts';
import type { BooksLog } from './books-log.ts';
import type { Settlement } from './call-books.ts';
import type { BegunCall } from './call.ts';
import { openPosition, readPosition, withoutLogged } from './drain-batch.ts';
import { MAX_BATCH } from './drain.ts';
import { enterSettlements } from './enter-settlements.ts';
import { interruptedOutcome } from './interrupted-outcome.ts';
import { endPosition } from './journal-position.ts';

export interface RecoverJournalsOptions {
  connectionString: string;
  /** The directory of all journals. Nobody may be writing those that are recovered. */
  directory: string;
  /** Only these, of processes that are known to be gone; absent: every journal found. */
  ids?: readonly string[];
  log: BooksLog;
}

export interface RecoveredJournals {
  journals: number;
  /** Settlements that had not been in the database. */
  entered: number;
  /** Calls that had begun and never settled; each is now a failed call with bill 0. */
  interrupted: number;
  quarantined: number;
}

const TIMEOUT_MS = 60_000;
const RETRY_MS = 200;
const MAX_ATTEMPTS = 50;

/**
 * Enters what journals of processes that are gone still hold, ends the calls that were running in them, releases
 * their leases, and removes them. Doing it again changes nothing.
 *
 * @throws JournalDamagedError if a segment cannot be read in its middle; nothing behind it is touched
 */
export async function recoverJournals(options: RecoverJournalsOptions): Promise<RecoveredJournals> {
  const found = await listJournals(options.directory);
  const ids = found.filter((id) => options.ids?.includes(id) ?? true).toSorted();
  const result: RecoveredJournals = { journals: 0, entered: 0, interrupted: 0, quarantined: 0 };
  if (ids.length === 0) return result;
  const session = openSqlSession({
    connectionString: options.connectionString,
    applicationName: 'aigc-space-recovery',
    timeoutMs: TIMEOUT_MS,
  });
  try {
    for (const id of ids) await recoverJournal(session, { id, options, result });
  } finally {
    await session.close();
  }
  return result;
}

interface Recovery {
  id: string;
  options: RecoverJournalsOptions;
  result: RecoveredJournals;
}

async function recoverJournal(session: SqlSession, { id, options, result }: Recovery): Promise<void> {
  const path = join(options.directory, id);
  await patiently(() => openPosition(session, id, hostname()));
  const writer = new BatchWriter(
    {
      journalId: id,
      session,
      onEntered: (settlements) => {
        result.entered += settlements.length;
      },
      onQuarantined: (settlement, error) => {
        result.entered -= 1;
        result.quarantined += 1;
        options.log.error(
          { err: error, settlement },
          'A settlement could not be entered and was set aside in quarantined_settlements.',
        );
      },
    },
    await patiently(() => readPosition(session, id)),
  );
  const open = new Map<string, BegunCall>();
  for await (const records of readJournal(path)) {
    for (const { record } of records) {
      if (record.kind === 'begin') open.set(record.call.requestId, record.call);
      else open.delete(record.settlement.call.requestId);
    }
    for (let from = 0; from < records.length; from += MAX_BATCH) {
      await patiently(() => writer.enter(records.slice(from, from + MAX_BATCH)));
    }
  }
  result.interrupted += await patiently(() => endJournal(session, id, [...open.values()]));
  await setDamagedAside(options.directory, id);
  await rm(path, { recursive: true });
  result.journals += 1;
}

/** Ends the calls that were running, and with them the journal: its leases are released in the same transaction. */
function endJournal(session: SqlSession, id: string, open: readonly BegunCall[]): Promise<number> {
  return session.transaction(async (sql) => {
    const settlements = open.map((call): Settlement => ({
      call,
      outcome: interruptedOutcome(),
      idempotency: null,
    }));
    // Accounts first: the order in which everybody locks them.
    await endPosition(sql, id);
    const ended = await withoutLogged(sql, settlements);
    await enterSettlements(sql, id, ended);
    return ended.length;
  });
}

/** What salvage could not read stays, although the journal it was in goes. */
async function setDamagedAside(directory: string, id: string): Promise<void> {
  const damaged = (await readdir(join(directory, id))).filter((name) => name.endsWith('.damaged'));
  if (damaged.length === 0) return;
  const target = join(dirname(directory), 'journal-damaged', id);
  await mkdir(target, { recursive: true, mode: 0o700 });
  for (const name of damaged) await rename(join(directory, id, name), join(target, name));
}

/** A database that is away for a moment, or another process that settles at the same time, is waited for. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseUnavailable(error) || attempt === MAX_ATTEMPTS) throw error;
      await delay(RETRY_MS);
    }
  }
}
