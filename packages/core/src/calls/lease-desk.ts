import { AppError } from '@aigc/shared/errors';
import type { MoneyUnits } from '@aigc/shared/money-units';
import { ConnectionLostError, type SqlSession } from '@aigc/db/sql-session';
import type { LeaseTable } from './lease-table.ts';
import { SpendingPower } from './spending-power.ts';

/** Asks the processes that were lent a part to give back what they do not use, and waits for them, within a bound. */
export type Recall = (subject: string, siblings: readonly string[]) => Promise<void>;

export interface LeaseDeskOptions {
  /** Gives leases back. The drain uses it, too, so that no batch is between a lease and its row meanwhile. */
  drainSession: SqlSession;
  /** False while it is unknown whether the drain's last batch was committed: rows cannot be compared with memory. */
  isSettled: () => boolean;
  recall: Recall;
  nowMs?: () => number;
}

export type Reservation = { reserved: true } | { reserved: false; available: MoneyUnits };

interface Waiter {
  amount: MoneyUnits;
  resolve: (reservation: Reservation) => void;
  reject: (error: unknown) => void;
}

/** What this process may spend of one thing, and who waits for more of it. */
export interface LeaseEntry {
  readonly table: LeaseTable;
  readonly power: SpendingPower;
  /** Waiters are being served. */
  isServing: boolean;
  /** Statements about the lease's row run one after the other. */
  lastStatement: Promise<unknown>;
  /** Of those that have not ended. */
  openStatements: number;
  waiters: Waiter[];
  usedAtMs: number;
  /** Of a budget, as the last call knew it. */
  limit: MoneyUnits;
  /** An answer of the database was lost: its row may lend more than memory knows. */
  isUncertain: boolean;
}

const RETRY_AFTER_SECONDS = 1;
/** A lease that no call has used for this long is given back. */
const IDLE_MS = 3_000;
/** A call that has waited this long for the database does not wait once more. */
const PATIENCE_MS = 1_000;

/** The leases of one process: reserves from memory, asks the database for more, and gives back what lies idle. */
export class LeaseDesk {
  readonly #options: LeaseDeskOptions;
  readonly #entries = new Map<string, LeaseEntry>();
  readonly #nowMs: () => number;

  constructor(options: LeaseDeskOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => performance.now());
  }

  /** The entry of a subject; `open` makes its table the first time. */
  entry(subject: string, open: () => LeaseTable): LeaseEntry {
    let entry = this.#entries.get(subject);
    if (entry === undefined) {
      entry = {
        table: open(),
        power: new SpendingPower(),
        isServing: false,
        lastStatement: Promise.resolve(),
        openStatements: 0,
        waiters: [],
        usedAtMs: this.#nowMs(),
        limit: 0n,
        isUncertain: false,
      };
      this.#entries.set(subject, entry);
    }
    return entry;
  }

  find(subject: string): LeaseEntry | undefined {
    return this.#entries.get(subject);
  }

  get entries(): Iterable<LeaseEntry> {
    return this.#entries.values();
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Reserves from memory, or not. */
  tryReserve(entry: LeaseEntry, amount: MoneyUnits): boolean {
    entry.usedAtMs = this.#nowMs();
    return entry.power.reserve(amount);
  }

  /** Reserves, with a larger lease if need be. @throws AppError `service_unavailable` if the database cannot say */
  reserve(entry: LeaseEntry, amount: MoneyUnits): Promise<Reservation> {
    entry.usedAtMs = this.#nowMs();
    return new Promise((resolve, reject) => {
      entry.waiters.push({ amount, resolve, reject });
      if (entry.isServing) return;
      entry.isServing = true;
      void this.#serve(entry);
    });
  }

  /** One after the other, so that a lease asked for the first serves those behind it, too. */
  async #serve(entry: LeaseEntry): Promise<void> {
    for (let head = entry.waiters[0]; head !== undefined; head = entry.waiters[0]) {
      if (entry.power.reserve(head.amount)) {
        entry.waiters.shift();
        head.resolve({ reserved: true });
        continue;
      }
      try {
        const free = await this.#askPatiently(entry, head.amount);
        if (free !== null) refuseAbove(entry, free + entry.power.free);
      } catch (error) {
        failUncovered(entry, unavailable(error));
      }
    }
    entry.isServing = false;
  }

  /** A connection that was merely cut is made again at once; a database that is away is not waited for. */
  async #askPatiently(entry: LeaseEntry, hold: MoneyUnits): Promise<MoneyUnits | null> {
    const askedAtMs = this.#nowMs();
    try {
      return await this.#askFor(entry, hold);
    } catch (error) {
      const isCut = error instanceof ConnectionLostError && error.wasSent;
      if (!isCut || this.#nowMs() - askedAtMs > PATIENCE_MS) throw error;
      return this.#askFor(entry, hold);
    }
  }

  /** Null: more was lent. Otherwise nobody has as much to lend; answers what could be lent. */
  async #askFor(entry: LeaseEntry, hold: MoneyUnits): Promise<MoneyUnits | null> {
    if (entry.isUncertain) await this.giveBack(entry);
    if (await this.#take(entry, hold)) return null;
    const { siblings, free } = await entry.table.look(entry.limit);
    if (siblings.length === 0) return free;
    await this.#options.recall(entry.table.subject, siblings);
    if (await this.#take(entry, hold)) return null;
    return (await entry.table.look(entry.limit)).free;
  }

  #take(entry: LeaseEntry, hold: MoneyUnits): Promise<boolean> {
    return oneByOne(entry, () => this.#takeNow(entry, hold));
  }

  async #takeNow(entry: LeaseEntry, hold: MoneyUnits): Promise<boolean> {
    const missing = hold - entry.power.free;
    if (missing <= 0n) return true;
    try {
      const granted = await entry.table.take({ missing, hold, limit: entry.limit });
      if (granted === null) return false;
      entry.power.grant(granted);
      return true;
    } catch (error) {
      if (error instanceof ConnectionLostError && error.wasSent) entry.isUncertain = true;
      throw error;
    }
  }

  /** The limit of a budget was changed: what was lent under a higher one may be too much, so the row decides. */
  setLimit(entry: LeaseEntry, limit: MoneyUnits): void {
    if (limit < entry.limit) this.distrust(entry);
    entry.limit = limit;
  }

  /** Memory may know of more than the row has: the row decides before anything more is spent. */
  distrust(entry: LeaseEntry): void {
    entry.power.takeFree();
    entry.isUncertain = true;
  }

  /**
   * Gives back what no call needs, and makes memory and row agree. `after` runs in the same transaction.
   * @throws ConnectionLostError; then memory knows of less than the row until the next time
   */
  giveBack(entry: LeaseEntry, after: GiveBackStep = noStep): Promise<void> {
    return oneByOne(entry, () => this.#giveBackNow(entry, after));
  }

  async #giveBackNow(entry: LeaseEntry, after: GiveBackStep): Promise<void> {
    await this.#options.drainSession.transaction(async (sql) => {
      if (!this.#options.isSettled()) throw new ConnectionLostError(new Error('a batch is uncertain'), false);
      // From here on calls cannot use it; what they have reserved and spent stays.
      entry.power.takeFree();
      const { needed } = entry.power;
      entry.isUncertain = true;
      await entry.table.keep(sql, needed);
      await after(sql);
    });
    entry.isUncertain = false;
  }

  /** Gives back what has not been used for a while. Failures leave it for the next time. */
  async giveBackIdle({ all } = { all: false }): Promise<void> {
    const now = this.#nowMs();
    const failures: unknown[] = [];
    for (const [subject, entry] of this.#entries) {
      if (isBusy(entry) || (!all && now - entry.usedAtMs < IDLE_MS)) continue;
      const hasNothing = entry.power.free === 0n && !entry.isUncertain;
      try {
        if (!hasNothing) await this.giveBack(entry);
      } catch (error) {
        // One that cannot be given back must not keep all others.
        failures.push(error);
        continue;
      }
      if (entry.power.needed === 0n && entry.power.free === 0n && !entry.isUncertain && !isBusy(entry)) {
        this.#entries.delete(subject);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

type GiveBackStep = (sql: Parameters<Parameters<SqlSession['transaction']>[0]>[0]) => Promise<void>;

const noStep: GiveBackStep = async () => {};

/** A lease that is being taken while another statement compares its row with memory would be lost or counted twice. */
function oneByOne<T>(entry: LeaseEntry, statement: () => Promise<T>): Promise<T> {
  entry.openStatements += 1;
  const result = entry.lastStatement.then(statement).finally(() => {
    entry.openStatements -= 1;
  });
  entry.lastStatement = result.catch(() => {});
  return result;
}

/** Whoever forgot it now would let another entry use the row together with what still runs for this one. */
function isBusy(entry: LeaseEntry): boolean {
  return entry.isServing || entry.openStatements > 0;
}

/** Everybody who waits for more than there is, is told so; the others are served from what there is. */
function refuseAbove(entry: LeaseEntry, available: MoneyUnits): void {
  const refused = entry.waiters.filter(({ amount }) => amount > available);
  entry.waiters = entry.waiters.filter(({ amount }) => amount <= available);
  for (const { resolve } of refused) resolve({ reserved: false, available });
}

/** Who waits is served from memory where that suffices, and told of the failure otherwise. */
function failUncovered(entry: LeaseEntry, failure: AppError): void {
  for (const { amount, resolve, reject } of entry.waiters.splice(0)) {
    if (entry.power.reserve(amount)) resolve({ reserved: true });
    else reject(failure);
  }
}

/** The database is away, and memory does not cover the call. */
function unavailable(cause: unknown): AppError {
  return new AppError('service_unavailable', 'Balances cannot be read at the moment. Try again shortly.', {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    cause,
  });
}
