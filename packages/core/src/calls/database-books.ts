import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@aigc/shared/errors';
import type { Money } from '@aigc/shared/money';
import { fromUnits } from '@aigc/shared/money-units';
import { isDatabaseUnavailable } from '@aigc/db/database-unavailable';
import { ConnectionLostError, openSqlSession, type SqlSession } from '@aigc/db/sql-session';
import type { BooksLog } from './books-log.ts';
import type { BeginResult, BooksStatus, CallBooks, Settlement, SpendingNeed } from './call-books.ts';
import { endHolds, takeHold } from './call-holds.ts';
import type { BegunCall, CallOutcome } from './call.ts';
import { HEARTBEAT_MS, noteAlive, noteGone } from './instances.ts';
import { storeQuarantined } from './quarantine.ts';
import { recoverDeadCalls } from './recover-calls.ts';
import { settleHeld } from './settle-held.ts';
import { SettleQueue } from './settle-queue.ts';

export interface DatabaseBooksOptions {
  connectionString: string;
  /** Names this process; its advisory lock says that it lives. */
  instanceId: string;
  /** The machine and the data directory: see `recoverDeadCalls`. */
  home: string;
  log: BooksLog;
}

const BEGIN_TIMEOUT_MS = 5_000;
const SETTLE_TIMEOUT_MS = 15_000;
const RETRY_AFTER_SECONDS = 1;
const CLOSE_FLUSH_MS = 10_000;
/** A begin whose answer was lost may be committed as long as this later. */
const LATE_COMMIT_MS = 30_000;
const RETRY_MS = 500;
const ORPHANS_EVERY_MS = 60_000;

/** Books that commit every call to PostgreSQL as it begins and as it ends. */
export async function createDatabaseBooks(options: DatabaseBooksOptions): Promise<CallBooks> {
  const { connectionString } = options;
  const sessions = {
    // A hold that a crash of the database forgets is forgotten whole, row and `held` alike: no need to wait for the disk.
    begins: openSqlSession({
      connectionString,
      applicationName: 'aigc-space-begin',
      timeoutMs: BEGIN_TIMEOUT_MS,
      settings: '-c synchronous_commit=off',
    }),
    settles: openSqlSession({
      connectionString,
      applicationName: 'aigc-space-settle',
      timeoutMs: SETTLE_TIMEOUT_MS,
    }),
  };
  try {
    await noteAlive(sessions.settles, options.instanceId, options.home);
  } catch (error) {
    await Promise.all([sessions.begins.close(), sessions.settles.close()]);
    throw error;
  }
  return new DatabaseBooks(options, sessions);
}

class DatabaseBooks implements CallBooks {
  readonly #options: DatabaseBooksOptions;
  readonly #begins: SqlSession;
  readonly #settles: SqlSession;
  readonly #queue: SettleQueue;
  readonly #timers: NodeJS.Timeout[];
  readonly #releases = new Set<Promise<void>>();
  #quarantined = 0;
  #isClosing = false;

  constructor(options: DatabaseBooksOptions, sessions: { begins: SqlSession; settles: SqlSession }) {
    this.#options = options;
    this.#begins = sessions.begins;
    this.#settles = sessions.settles;
    const { log, instanceId } = options;
    this.#queue = new SettleQueue({
      enter: async (settlements) => {
        await this.#settles.transaction((sql) => settleHeld(sql, instanceId, settlements));
      },
      setAside: (settlement, error) => this.#setAside(settlement, error),
      onError: (error) => log.warn({ err: error }, 'Calls cannot be settled; it is tried again.'),
    });
    this.#timers = [
      setInterval(() => void this.#beat(), HEARTBEAT_MS),
      setInterval(() => void this.#endOrphans(), ORPHANS_EVERY_MS),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  async begin(call: BegunCall, need: SpendingNeed): Promise<BeginResult> {
    if (this.#isClosing) throw unavailable();
    try {
      return await takeHold(this.#begins, this.#options.instanceId, { call, need });
    } catch (error) {
      if (error instanceof ConnectionLostError && error.wasSent) this.#forget(call.requestId);
      throw isDatabaseUnavailable(error) ? unavailable(error) : error;
    }
  }

  settle(settlement: Settlement): Promise<void> {
    return this.#queue.settle(settlement);
  }

  refuse(call: BegunCall, outcome: CallOutcome): void {
    this.#queue.add({ call, outcome, idempotency: null });
  }

  flush(timeoutMs: number): Promise<boolean> {
    return this.#queue.idle(timeoutMs);
  }

  runningHolds(): ReadonlyMap<string, Money> {
    return new Map();
  }

  status(): BooksStatus {
    return {
      undrainedCalls: this.#queue.size,
      undrainedBytes: 0,
      oldestUndrainedMs: Math.round(this.#queue.oldestMs),
      quarantined: this.#quarantined,
      leases: 0,
      idleLeased: fromUnits(0n),
      acceptsCalls: !this.#isClosing,
    };
  }

  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    for (const timer of this.#timers) clearInterval(timer);
    const isFlushed = await this.#queue.idle(CLOSE_FLUSH_MS);
    if (isFlushed && this.#releases.size === 0) {
      await noteGone(this.#settles, this.#options.instanceId).catch(() => undefined);
    }
    await Promise.all([this.#begins.close(), this.#settles.close()]);
  }

  /** The call was refused although its hold may have been committed, now or in a moment. */
  #forget(requestId: string): void {
    const release = async (): Promise<void> => {
      await this.#release(requestId);
      await delay(LATE_COMMIT_MS, undefined, { ref: false });
      await this.#release(requestId);
    };
    const work = release();
    this.#releases.add(work);
    void work.finally(() => this.#releases.delete(work));
  }

  async #release(requestId: string): Promise<void> {
    while (!this.#isClosing) {
      try {
        await this.#settles.transaction((sql) => endHolds(sql, [requestId]));
        return;
      } catch {
        await delay(RETRY_MS, undefined, { ref: false });
      }
    }
  }

  async #setAside(settlement: Settlement, error: unknown): Promise<void> {
    const { instanceId, log } = this.#options;
    await this.#settles.transaction(async (sql) => {
      await endHolds(sql, [settlement.call.requestId]);
      await storeQuarantined(sql, { journalId: instanceId, sequence: 0, settlement, error });
    });
    this.#quarantined += 1;
    log.error(
      { err: error, request_id: settlement.call.requestId },
      'A settlement could not be entered and was set aside in quarantined_settlements.',
    );
  }

  async #beat(): Promise<void> {
    // A heart that misses a beat says nothing: the next one does.
    await noteAlive(this.#settles, this.#options.instanceId, this.#options.home).catch(() => undefined);
  }

  async #endOrphans(): Promise<void> {
    const { connectionString, instanceId, log } = this.#options;
    try {
      const ended = await recoverDeadCalls({ connectionString, ownInstanceId: instanceId });
      if (ended > 0) log.warn({ calls: ended }, 'Ended calls that a dead process had left open.');
    } catch (error) {
      log.warn({ err: error }, 'Calls of dead processes could not be looked for.');
    }
  }
}

function unavailable(cause?: unknown): AppError {
  return new AppError('service_unavailable', 'Calls cannot be recorded at the moment. Try again shortly.', {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    cause,
  });
}
