import type { MoneyUnits } from '@aigc/shared/money-units';

/**
 * What one process may spend of an account, or of a key's budget, without asking: a lease in memory.
 *
 * The lease's row in the database holds `granted + undrained`, or more if an answer of the database was lost:
 * memory never knows of more than there is.
 */
export class SpendingPower {
  /** Lent and not spent yet, reserved or not. */
  #granted: MoneyUnits = 0n;
  #reserved: MoneyUnits = 0n;
  /** Spent by settlements that are not in the database yet. */
  #undrained: MoneyUnits = 0n;

  get free(): MoneyUnits {
    return this.#granted - this.#reserved;
  }

  get reserved(): MoneyUnits {
    return this.#reserved;
  }

  /** What must stay in the lease's row whatever else is given back. */
  get needed(): MoneyUnits {
    return this.#reserved + this.#undrained;
  }

  /** False, and nothing happens, if less than the amount is free. */
  reserve(amount: MoneyUnits): boolean {
    if (this.#granted - this.#reserved < amount) return false;
    this.#reserved += amount;
    return true;
  }

  /** Gives a reservation back. */
  release(amount: MoneyUnits): void {
    this.#reserved -= amount;
  }

  /**
   * Turns a reservation into a bill. What the bill has above it is taken from what is free, never from other
   * calls' reservations. Returns how much of the bill is covered.
   */
  spend(reservation: MoneyUnits, bill: MoneyUnits): MoneyUnits {
    this.#reserved -= reservation;
    const { free } = this;
    const covered = bill <= free ? bill : free;
    this.#granted -= covered;
    this.#undrained += covered;
    return covered;
  }

  /** Takes a bill back that could not be entered. */
  unspend(covered: MoneyUnits): void {
    this.#granted += covered;
    this.#undrained -= covered;
  }

  /** What was spent has left the lease's row. */
  drained(covered: MoneyUnits): void {
    this.#undrained -= covered;
  }

  grant(amount: MoneyUnits): void {
    this.#granted += amount;
  }

  /** Takes away what is free, because it is about to be given back. Returns it. */
  takeFree(): MoneyUnits {
    const { free } = this;
    this.#granted = this.#reserved;
    return free;
  }
}
