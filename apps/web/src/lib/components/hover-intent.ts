/** Long enough not to show for a pointer that only passes. */
const OPEN_DELAY_MS = 400;
/** Long enough to move from the button onto the text. */
const CLOSE_DELAY_MS = 120;
/** Whoever goes along a row of buttons has asked once. */
const WARM_MS = 300;

let lastClosedMs = Number.NEGATIVE_INFINITY;

/**
 * Decides when a text beside an element is shown: a while after the pointer came to rest, at once on a keyboard's
 * focus; and when not: after the pointer left both, on blur, press, Escape and scrolling.
 */
export class HoverIntent {
  readonly #show: (element: HTMLElement | null) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isShown = false;

  /** `show` is given the element that the text belongs to, or null. */
  constructor(show: (element: HTMLElement | null) => void) {
    this.#show = show;
  }

  /** Listens to the element; returns what stops it. */
  attach(element: HTMLElement): () => void {
    const listening = new AbortController();
    const { signal } = listening;
    const on = <Name extends keyof HTMLElementEventMap>(
      name: Name,
      listener: (event: HTMLElementEventMap[Name]) => void,
    ) => element.addEventListener(name, listener, { signal });
    on('pointerenter', ({ pointerType }) => {
      if (pointerType !== 'touch') this.#open(element, isWarm() ? 0 : OPEN_DELAY_MS);
    });
    on('pointerleave', () => this.leave());
    on('focus', () => {
      if (element.matches(':focus-visible')) this.#open(element, 0);
    });
    on('blur', () => this.close());
    on('pointerdown', () => this.close());
    return () => {
      listening.abort();
      this.close();
    };
  }

  /** The pointer came onto the text: it stays. */
  stay(): void {
    clearTimeout(this.#timer);
  }

  leave(): void {
    clearTimeout(this.#timer);
    if (this.#isShown) this.#timer = setTimeout(() => this.close(), CLOSE_DELAY_MS);
  }

  close = (): void => {
    clearTimeout(this.#timer);
    if (!this.#isShown) return;
    this.#isShown = false;
    lastClosedMs = performance.now();
    this.#show(null);
  };

  #open(element: HTMLElement, delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isShown = true;
      this.#show(element);
    }, delayMs);
  }
}

function isWarm(): boolean {
  return performance.now() - lastClosedMs < WARM_MS;
}
