/**
 * The sidebar's balance between two loads of the layout: pages that follow the calls tell it what they have read. Asking
 * the layout to load again would load the page again, too.
 */
class NavBalance {
  #told = $state.raw<{ instead: string | null; balance: string }>();

  /** What to show where the layout has loaded a balance. One that is loaded later replaces what was told before. */
  shown(loaded: string | null): string | null {
    return this.#told?.instead === loaded ? this.#told.balance : loaded;
  }

  /** What is newer than the balance that the layout has loaded. */
  tell(loaded: string | null, balance: string): void {
    this.#told = { instead: loaded, balance };
  }
}

export const navBalance = new NavBalance();
