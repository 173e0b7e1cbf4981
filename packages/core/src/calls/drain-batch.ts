import type { Sql, SqlSession } from '@aigc/db/sql-session';
import type { SequencedRecord } from '../journal/journal-record.ts';
import type { Settlement } from './call-books.ts';
import { enterSettlements } from './enter-settlements.ts';
import { writeLastUses, type LastUses } from './key-uses.ts';

/** Records of one journal, in order, that are entered together. */
export interface DrainBatch {
  journalId: string;
  /** The position before: the records are those behind it. */
  after: number;
  records: readonly SequencedRecord[];
}

/** The database knows of another position: somebody, or an answer that was lost, has moved it. */
export class PositionMovedError extends Error {
  override readonly name = 'PositionMovedError';
}

const ADVANCE = {
  name: 'drain-advance',
  text: `update aigcspace.journal_positions set sequence = $3, updated_at = now()
    where journal_id = $1 and sequence = $2 returning sequence`,
};

const POSITION = {
  name: 'drain-position',
  text: 'select sequence::text from aigcspace.journal_positions where journal_id = $1',
};

const OPEN = {
  name: 'drain-open',
  text: `insert into aigcspace.journal_positions (journal_id, host) values ($1, $2)
    on conflict (journal_id) do nothing`,
};

const LOGGED = {
  name: 'drain-logged',
  text: 'select request_id from aigcspace.api_call_log where request_id = any($1::text[])',
};

/** Makes the journal known to the database, at position 0, unless it is. */
export async function openPosition(session: SqlSession, journalId: string, host: string): Promise<void> {
  await session.query(OPEN, [journalId, host]);
}

/** Every record up to this one is entered. 0: none, or the journal is not known. */
export async function readPosition(session: Pick<SqlSession, 'query'>, journalId: string): Promise<number> {
  const [row] = await session.query<{ sequence: string }>(POSITION, [journalId]);
  return Number(row?.sequence ?? 0);
}

/** Moves the position in the caller's transaction, which locks it. @throws PositionMovedError */
export async function advance(sql: Sql, { journalId, after, records }: DrainBatch): Promise<void> {
  const to = records.at(-1)?.sequence ?? after;
  const moved = await sql.query(ADVANCE, [journalId, after, to]);
  if (moved.length === 0) throw new PositionMovedError(`journal ${journalId} is not at ${after}`);
}

/** What a committed batch has done. */
export interface EnteredBatch {
  settlements: Settlement[];
  lastUses: LastUses;
}

export interface EnterBatchOptions {
  /** Looks first which calls the log has already; they are left out. */
  mayBeLogged: boolean;
  /** Which last uses of keys are written with these calls. */
  lastUses: (settlements: readonly Settlement[]) => LastUses;
}

/**
 * Enters a batch and moves the position over it, in one transaction.
 * @throws PositionMovedError if the database is not at the position before the batch; nothing is entered then
 */
export function enterBatch(
  session: SqlSession,
  batch: DrainBatch,
  options: EnterBatchOptions,
): Promise<EnteredBatch> {
  return session.transaction(async (sql) => {
    await advance(sql, batch);
    const given = settlementsOf(batch.records);
    const settlements = options.mayBeLogged ? await withoutLogged(sql, given) : given;
    await enterSettlements(sql, batch.journalId, settlements);
    const lastUses = options.lastUses(settlements);
    await writeLastUses(sql, lastUses);
    return { settlements, lastUses };
  });
}

export function settlementsOf(records: readonly SequencedRecord[]): Settlement[] {
  return records.flatMap(({ record }) => (record.kind === 'settlement' ? [record.settlement] : []));
}

/** A call counts once: what the log has, and repeats within the list, are left out. */
export async function withoutLogged(sql: Sql, settlements: readonly Settlement[]): Promise<Settlement[]> {
  const rows = await sql.query<{ request_id: string }>(LOGGED, [
    settlements.map(({ call }) => call.requestId),
  ]);
  const seen = new Set(rows.map((row) => row.request_id));
  return settlements.filter(({ call }) => {
    if (seen.has(call.requestId)) return false;
    seen.add(call.requestId);
    return true;
  });
}
