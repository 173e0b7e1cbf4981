import { isDatabaseUnavailable } from '@aigc/db/database-unavailable';
import { ConnectionLostError, type SqlSession } from '@aigc/db/sql-session';
import type { SequencedRecord } from '../journal/journal-record.ts';
import type { Settlement } from './call-books.ts';
import {
  advance,
  enterBatch,
  PositionMovedError,
  readPosition,
  settlementsOf,
  type EnteredBatch,
} from './drain-batch.ts';
import { lastUsesOf, type KeyUses, type LastUses } from './key-uses.ts';
import { quarantine } from './quarantine.ts';

export interface BatchWriterOptions {
  journalId: string;
  session: SqlSession;
  /** These were entered, or set aside: what they had spent has left the lease's rows. */
  onEntered: (settlements: readonly Settlement[]) => void;
  /** Of the calls that are entered. Absent: every last use is written at once. */
  keyUses?: KeyUses;
  onQuarantined: (settlement: Settlement, error: unknown) => void;
}

const UNIQUE_VIOLATION = '23505';

/** Enters the records of one journal, each once, whatever happens to the answers of the database. */
export class BatchWriter {
  readonly #options: BatchWriterOptions;
  /** As the database has it, as far as is known. Only settlements move it. */
  #position: number;
  #isUncertain = false;

  constructor(options: BatchWriterOptions, position: number) {
    this.#options = options;
    this.#position = position;
  }

  /** False while it is unknown whether the last batch was committed. */
  get isSettled(): boolean {
    return !this.#isUncertain;
  }

  /**
   * Enters what is behind the position, in parts if a record cannot be entered: that one is set aside.
   * @throws if the database is away; parts may have been entered, and the same records may be given again
   */
  async enter(records: readonly SequencedRecord[]): Promise<void> {
    try {
      await this.#enter(records);
    } catch (error) {
      if (error instanceof ConnectionLostError && error.wasSent) this.#isUncertain = true;
      throw error;
    }
  }

  async #enter(given: readonly SequencedRecord[]): Promise<void> {
    const { session, journalId } = this.#options;
    const records = given.filter(({ sequence }) => sequence > this.#position);
    const last = records.at(-1);
    if (last === undefined || settlementsOf(records).length === 0) return;
    try {
      const { settlements, lastUses } = await this.#enterOnce(records);
      this.#options.keyUses?.entered(settlements, lastUses);
      this.#moveTo(last.sequence, settlements);
    } catch (error) {
      if (error instanceof PositionMovedError) {
        // An earlier attempt was committed although its answer was lost.
        const position = await readPosition(session, journalId);
        if (position <= this.#position) throw error;
        this.#moveTo(position, settlementsOf(records.filter(({ sequence }) => sequence <= position)));
        await this.#enter(records);
        return;
      }
      if (isDatabaseUnavailable(error)) throw error;
      await this.#divide(records, error);
    }
  }

  async #enterOnce(records: readonly SequencedRecord[]): Promise<EnteredBatch> {
    const { session, journalId, keyUses } = this.#options;
    const lastUses = (settlements: readonly Settlement[]): LastUses =>
      keyUses === undefined ? lastUsesOf(settlements) : keyUses.due(settlements);
    const batch = { journalId, after: this.#position, records };
    try {
      return await enterBatch(session, batch, { mayBeLogged: false, lastUses });
    } catch (error) {
      const isLogged = error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION;
      if (!isLogged) throw error;
      return enterBatch(session, batch, { mayBeLogged: true, lastUses });
    }
  }

  /** Finds the record that cannot be entered; the others are. */
  async #divide(records: readonly SequencedRecord[], error: unknown): Promise<void> {
    const [only, ...others] = settlementsOf(records);
    if (only !== undefined && others.length === 0) {
      await this.#setAside(records, only, error);
      this.#moveTo(records.at(-1)?.sequence ?? this.#position, [only]);
      this.#options.onQuarantined(only, error);
      return;
    }
    const middle = Math.ceil(records.length / 2);
    await this.#enter(records.slice(0, middle));
    await this.#enter(records.slice(middle));
  }

  async #setAside(
    records: readonly SequencedRecord[],
    settlement: Settlement,
    error: unknown,
  ): Promise<void> {
    const { session, journalId } = this.#options;
    const batch = { journalId, after: this.#position, records };
    try {
      await quarantine(session, batch, { settlement, error });
    } catch (cause) {
      if (isDatabaseUnavailable(cause)) throw cause;
      // Not even the quarantine takes it: the log of the process has it, and the rest must go on.
      await session.transaction((sql) => advance(sql, batch));
    }
  }

  #moveTo(position: number, entered: readonly Settlement[]): void {
    this.#position = position;
    this.#isUncertain = false;
    this.#options.onEntered(entered);
  }
}
