import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@aigc/shared/errors';
import type { Money } from '@aigc/shared/money';
import { fromUnits, toUnits, type MoneyUnits } from '@aigc/shared/money-units';
import { isDatabaseUnavailable } from '@aigc/db/database-unavailable';
import type { NotificationHub } from '@aigc/db/listen';
import { ConnectionLostError, openSqlSession, type SqlSession } from '@aigc/db/sql-session';
import type { Journal } from '../journal/journal.ts';
import type { CallBegin } from '../journal/open-begins.ts';
import { ShortLivedMap } from '../short-lived-map.ts';
import type { BooksLog } from './books-log.ts';
import { accountOf, accountSubject } from './account-lease.ts';
import { budgetSubject } from './budget-lease.ts';
import type { BeginResult, BooksStatus, CallBooks, Settlement, SpendingNeed } from './call-books.ts';
import type { BegunCall, CallOutcome } from './call.ts';
import { CallPowers, type CallPower } from './call-power.ts';
import { commitDirectly } from './commit-directly.ts';
import { Drain } from './drain.ts';
import { openPosition } from './drain-batch.ts';
import { quarantineDirectly } from './quarantine.ts';
import { endedLate } from './ended-late.ts';
import { HEARTBEAT_MS, noteAlive } from './instances.ts';
import { endPosition } from './journal-position.ts';
import { KeyUses, writeLastUses } from './key-uses.ts';
import { LateSettlements } from './late-settlements.ts';
import { LeaseDesk } from './lease-desk.ts';
import { openLeaseRecall, type LeaseRecall } from './lease-recall.ts';

export interface JournalBooksOptions {
  /** Of PostgreSQL: the books have connections of their own. */
  connectionString: string;
  /** Open, and of this process. The books close it. */
  journal: Journal;
  live: NotificationHub;
  log: BooksLog;
}

const BEGUN: BeginResult = { begun: true };
const NOT_NEEDED: CallPower = { amount: 0n, account: null, budget: null };
const RETRY_AFTER_SECONDS = 1;
const DRAIN_TIMEOUT_MS = 30_000;
const LEASE_TIMEOUT_MS = 5_000;
const UNCERTAIN_RETRY_MS = 250;
const IDLE_CHECK_MS = 1_000;
/** How long the end waits for what is not in the database yet; the next start enters the rest. */
const CLOSE_DRAIN_MS = 10_000;

/** Books that keep settlements in a journal on disk, spend from leases, and drain into PostgreSQL behind the calls. */
export async function createJournalBooks(options: JournalBooksOptions): Promise<CallBooks> {
  const session = (applicationName: string, timeoutMs: number): SqlSession =>
    openSqlSession({ connectionString: options.connectionString, applicationName, timeoutMs });
  const drainSession = session('aigc-space-drain', DRAIN_TIMEOUT_MS);
  const leaseSession = session('aigc-space-leases', LEASE_TIMEOUT_MS);
  try {
    await openPosition(drainSession, options.journal.id, hostname());
    await noteAlive(leaseSession, options.journal.id, homeOf(options.journal));
  } catch (error) {
    await Promise.all([drainSession.close(), leaseSession.close()]);
    throw error;
  }
  return new JournalBooks(options, { drainSession, leaseSession });
}

/** A call that runs. Found by the object that began it: a new text is dear to look up, and every id is one. */
class OpenCall {
  readonly power: CallPower;
  readonly begin: CallBegin;

  constructor(power: CallPower, begin: CallBegin) {
    this.power = power;
    this.begin = begin;
  }
}

class JournalBooks implements CallBooks {
  readonly #journal: Journal;
  readonly #log: BooksLog;
  readonly #drainSession: SqlSession;
  readonly #leaseSession: SqlSession;
  readonly #drain: Drain;
  readonly #desk: LeaseDesk;
  readonly #powers: CallPowers;
  readonly #recall: LeaseRecall;
  readonly #late: LateSettlements;
  readonly #keyUses = new KeyUses();
  readonly #open = new ShortLivedMap<BegunCall, OpenCall>();
  readonly #idleTimer: NodeJS.Timeout;
  #beatAtMs = performance.now() + HEARTBEAT_MS;
  #quarantined = 0;
  #isClosing = false;

  constructor(
    options: JournalBooksOptions,
    sessions: { drainSession: SqlSession; leaseSession: SqlSession },
  ) {
    const { journal, log } = options;
    this.#journal = journal;
    this.#log = log;
    this.#drainSession = sessions.drainSession;
    this.#leaseSession = sessions.leaseSession;
    this.#drain = new Drain({
      journalId: journal.id,
      session: this.#drainSession,
      source: journal,
      onEntered: (settlements) => this.#noteEntered(settlements),
      keyUses: this.#keyUses,
      onQuarantined: (settlement, error) => {
        this.#quarantined += 1;
        log.error(
          { err: error, request_id: settlement.call.requestId, settlement },
          'A settlement could not be entered and was set aside in quarantined_settlements.',
        );
      },
      onAway: (error) => log.warn({ err: error }, 'The journal cannot be drained; it is tried again.'),
      onBack: () => log.info({}, 'The journal is drained again.'),
    });
    this.#desk = new LeaseDesk({
      drainSession: this.#drainSession,
      isSettled: () => this.#drain.isSettled,
      recall: (subject, siblings) => this.#recall.recall(subject, siblings),
    });
    this.#recall = openLeaseRecall({
      journalId: journal.id,
      live: options.live,
      session: this.#leaseSession,
      giveBack: (subject, answer) => this.#powers.giveBack(subject, answer),
      onError: (error) => log.warn({ err: error }, 'A lease that was asked for could not be given back.'),
    });
    this.#powers = new CallPowers({ journalId: journal.id, desk: this.#desk, session: this.#leaseSession });
    this.#late = new LateSettlements({
      enter: (settlement) => this.#enterLate(settlement),
      onError: (error) => log.warn({ err: error }, 'A late settlement cannot be entered yet.'),
    });
    journal.onWritten = () => this.#drain.wake();
    this.#drain.start();
    this.#idleTimer = setInterval(() => void this.#tidy(), IDLE_CHECK_MS);
    this.#idleTimer.unref();
  }

  begin(call: BegunCall, need: SpendingNeed): BeginResult | Promise<BeginResult> {
    if (this.#isClosing) throw noRoom();
    const room = this.#journal.reserve();
    if (room === true) {
      const power = this.#powers.tryReserve(need);
      if (power !== null) {
        this.#enterOpen(call, power);
        return BEGUN;
      }
    } else if (room === false) throw noRoom();
    return this.#beginSlowly(call, need, room);
  }

  async settle(settlement: Settlement, begun: BegunCall = settlement.call): Promise<void> {
    const open = this.#open.get(begun);
    if (open === undefined) throw new Error(`call ${begun.requestId} is not open`);
    this.#open.delete(begun);
    const { call, outcome, idempotency } = settlement;
    const spending = this.#powers.spend(open.power, toUnits(outcome.bill));
    const entered: Settlement = { call, outcome, idempotency, spending };
    try {
      await this.#journal.settle(entered, open.begin);
    } catch (error) {
      await this.#settleOtherwise(entered, error);
    } finally {
      this.#journal.release();
    }
  }

  refuse(call: BegunCall, outcome: CallOutcome): void {
    // What is left when room is short belongs to the calls that run: their bills must not be lost to this.
    if (!this.#journal.hasRoom) return;
    const settlement: Settlement = { call, outcome, idempotency: null };
    this.#journal.append({ kind: 'settlement', settlement });
  }

  async flush(timeoutMs: number): Promise<boolean> {
    const giveUpAtMs = performance.now() + timeoutMs;
    const left = (): number => Math.max(0, giveUpAtMs - performance.now());
    // Late ones may still go to the journal.
    if (!(await this.#late.idle(left()))) return false;
    try {
      await this.#journal.flush();
    } catch {
      return false;
    }
    return this.#drain.until(this.#drain.cursor + this.#journal.undrainedRecords, left());
  }

  runningHolds(): ReadonlyMap<string, Money> {
    const holds = new Map<string, Money>();
    for (const { table, power } of this.#desk.entries) {
      const accountId = accountOf(table.subject);
      if (accountId !== null && power.reserved > 0n) holds.set(accountId, fromUnits(power.reserved));
    }
    return holds;
  }

  status(): BooksStatus {
    const journal = this.#journal;
    const oldest = journal.oldestUndrained;
    let idle = 0n;
    for (const { power } of this.#desk.entries) idle += power.free;
    return {
      undrainedCalls: journal.undrainedRecords,
      undrainedBytes: journal.undrainedRecords === 0 ? 0 : journal.undrainedBytes,
      oldestUndrainedMs: oldest === null ? 0 : ageMs(oldest.record),
      quarantined: this.#quarantined,
      leases: this.#desk.size,
      idleLeased: fromUnits(idle),
      acceptsCalls: !this.#isClosing && journal.hasRoom,
    };
  }

  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    clearInterval(this.#idleTimer);
    const isFlushed = await this.flush(CLOSE_DRAIN_MS);
    this.#recall.close();
    await this.#drain.stop();
    await this.#late.stop();
    const isDrained = isFlushed && this.#open.size === 0 && (await this.#giveEverythingBack());
    await this.#journal.close({ isDrained });
    await Promise.all([this.#drainSession.close(), this.#leaseSession.close()]);
  }

  async #beginSlowly(
    call: BegunCall,
    need: SpendingNeed,
    room: boolean | Promise<boolean>,
  ): Promise<BeginResult> {
    if (!(await room)) throw noRoom();
    try {
      const { result, power } = await this.#powers.reserve(need);
      if (result.begun) this.#enterOpen(call, power);
      else this.#journal.release();
      return result;
    } catch (error) {
      this.#journal.release();
      throw error;
    }
  }

  #enterOpen(call: BegunCall, power: CallPower): void {
    const begin = this.#journal.begin(call);
    this.#open.set(call, new OpenCall(power.account === null ? NOT_NEEDED : power, begin));
  }

  /** The journal did not take the settlement: the database may. @throws AppError `service_unavailable` */
  async #settleOtherwise(settlement: Settlement, cause: unknown): Promise<void> {
    if (this.#journal.hasFailed) throw noRoom(cause);
    try {
      await this.#commitKnowingly(settlement);
      this.#noteCommitted(settlement);
    } catch (error) {
      const failure = noRoom(error);
      this.#log.error({ err: error, cause, request_id: settlement.call.requestId }, 'A settlement is late.');
      this.#late.add(this.#asFailed(settlement, failure));
      if (settlement.outcome.status === 'success') throw failure;
    }
  }

  /**
   * As long as it is not known whether the settlement was committed, neither answer to the client could be trusted: it
   * waits, until the database says.
   */
  async #commitKnowingly(settlement: Settlement): Promise<void> {
    for (let isUncertain = false; ;) {
      try {
        await commitDirectly(this.#drainSession, this.#journal.id, settlement);
        return;
      } catch (error) {
        if (error instanceof ConnectionLostError && error.wasSent) isUncertain = true;
        if (!isUncertain || !isDatabaseUnavailable(error) || this.#isClosing) throw error;
        await delay(UNCERTAIN_RETRY_MS);
      }
    }
  }

  /** The journal, once it has room, is to know that the call is over. What was spent is counted here, not again. */
  #noteCommitted(settlement: Settlement): void {
    this.#noteEntered([settlement]);
    this.#journal.append({ kind: 'settlement', settlement: { ...settlement, spending: undefined } });
  }

  #asFailed(settlement: Settlement, error: AppError): Settlement {
    const late = endedLate(settlement, error);
    if (late.outcome.bill === settlement.outcome.bill) return late;
    return { ...late, spending: this.#powers.unspend(settlement.spending) };
  }

  /** @throws what says that neither database nor journal take it now */
  async #enterLate(settlement: Settlement): Promise<void> {
    try {
      await this.#commitOrSetAside(settlement);
      this.#noteCommitted(settlement);
    } catch (error) {
      if (!this.#journal.hasRoom) throw error;
      await this.#journal.settle(settlement).catch(() => {
        throw error;
      });
    }
  }

  async #commitOrSetAside(settlement: Settlement): Promise<void> {
    try {
      await commitDirectly(this.#drainSession, this.#journal.id, settlement);
    } catch (error) {
      if (isDatabaseUnavailable(error)) throw error;
      await quarantineDirectly(this.#drainSession, this.#journal.id, { settlement, error });
      this.#quarantined += 1;
      this.#log.error(
        { err: error, settlement },
        'A late settlement could not be entered and was set aside.',
      );
    }
  }

  /** What was spent has left the rows of the leases: all of it at once, or memory and rows would disagree meanwhile. */
  #noteEntered(settlements: readonly Settlement[]): void {
    const covered = new Map<string, MoneyUnits>();
    for (const { spending } of settlements) {
      if (spending === undefined) continue;
      const { accountId, budget } = spending;
      covered.set(accountId, (covered.get(accountId) ?? 0n) + toUnits(spending.covered));
      if (budget !== null) {
        this.#desk.find(budgetSubject(budget))?.power.drained(toUnits(budget.covered));
      }
    }
    for (const [accountId, amount] of covered) {
      this.#desk.find(accountSubject(accountId))?.power.drained(amount);
    }
  }

  /** What nobody waits for: unused leases are given back, and last uses of keys are written. */
  async #tidy(): Promise<void> {
    try {
      await this.#beat();
      await this.#desk.giveBackIdle();
      await this.#writeLastUses({ all: false });
    } catch (error) {
      if (!this.#drain.isAway) this.#log.warn({ err: error }, 'Unused leases could not be given back.');
    }
  }

  async #beat(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs < this.#beatAtMs) return;
    this.#beatAtMs = nowMs + HEARTBEAT_MS;
    await noteAlive(this.#leaseSession, this.#journal.id, homeOf(this.#journal));
  }

  async #writeLastUses(which: { all: boolean }): Promise<void> {
    const due = this.#keyUses.due([], which);
    await writeLastUses(this.#drainSession, due);
    this.#keyUses.entered([], due);
    this.#keyUses.prune();
  }

  /** False: the next start does it. */
  async #giveEverythingBack(): Promise<boolean> {
    try {
      await this.#writeLastUses({ all: true });
      await this.#drainSession.transaction((sql) => endPosition(sql, this.#journal.id));
      return true;
    } catch (error) {
      this.#log.warn(
        { err: error },
        'The journal could not be closed in the database; the next start does it.',
      );
      return false;
    }
  }
}

function ageMs(
  record: { kind: 'begin'; call: BegunCall } | { kind: 'settlement'; settlement: Settlement },
): number {
  const { createdAt } = record.kind === 'begin' ? record.call : record.settlement.call;
  return Math.max(0, Date.now() - Date.parse(createdAt));
}

/** The machine and the directory of all its journals. */
function homeOf({ directory }: Journal): string {
  return `${hostname()}:${dirname(directory)}`;
}

function noRoom(cause?: unknown): AppError {
  return new AppError('service_unavailable', 'Calls cannot be recorded at the moment. Try again shortly.', {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    cause,
  });
}
