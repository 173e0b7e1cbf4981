/**
 * A component that a page can be drawn without: windows, menus. It is fetched when it is first wanted, or before
 * that when the page is at rest, so that it opens at once. Make one per component, in a `<script module>`.
 */
export class Later<Imported> {
  /** Undefined until it is there. */
  component = $state.raw<Imported>();
  readonly #import: () => Promise<{ default: Imported }>;
  #fetching: Promise<Imported> | undefined;

  constructor(importIt: () => Promise<{ default: Imported }>) {
    this.#import = importIt;
  }

  /** Rejects when it cannot be fetched; the next call tries again. */
  async fetch(): Promise<Imported> {
    this.#fetching ??= this.#import().then((module) => module.default);
    try {
      this.component = await this.#fetching;
      return this.component;
    } catch (error) {
      this.#fetching = undefined;
      throw error;
    }
  }

  /** Call it when a component that may want it has been mounted. */
  fetchAtRest(): void {
    // A failure now is none: whoever opens it asks again, and learns of it.
    if (this.#fetching === undefined) whenAtRest(() => void this.fetch().catch(() => undefined));
  }
}

/** Long after what the page itself loads and draws; where the browser cannot tell, after a second. */
function whenAtRest(run: () => void): void {
  const idle = () => ('requestIdleCallback' in window ? requestIdleCallback(run) : setTimeout(run, 1_000));
  if (document.readyState === 'complete') idle();
  else window.addEventListener('load', idle, { once: true });
}
