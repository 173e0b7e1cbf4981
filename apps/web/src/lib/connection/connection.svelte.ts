import type { ViewerState } from '@aigc/shared/schemas/viewer';

const mostBetweenMs = 5_000;

/**
 * Whether the server answers. A call that got no answer says so; from then on this asks by itself until the server is
 * back, and whoever waits goes on. Only for use in the browser.
 */
class Connection {
  /** It did not answer twice: once may be chance. */
  isLost = $state(false);
  readonly #probe: () => Promise<unknown>;
  #waiting: (() => void)[] = [];
  #isProbing = false;
  #wake: (() => void) | undefined;

  constructor(probe: () => Promise<unknown>) {
    this.#probe = probe;
  }

  /** Resolves when the server answers again. */
  regained(): Promise<void> {
    const answered = new Promise<void>((resolve) => this.#waiting.push(resolve));
    void this.#ask();
    return answered;
  }

  /** A call got no answer, and nobody waits for it. */
  noticed(): void {
    void this.#ask();
  }

  /** Asks now rather than at the next turn. */
  askNow(): void {
    this.#wake?.();
  }

  async #ask(): Promise<void> {
    if (this.#isProbing) return;
    this.#isProbing = true;
    for (let pauseMs = 500; !(await this.#answers()); pauseMs = Math.min(pauseMs * 2, mostBetweenMs)) {
      this.isLost = true;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, pauseMs);
      });
    }
    this.#isProbing = false;
    this.isLost = false;
    for (const goOn of this.#waiting.splice(0)) goOn();
  }

  #answers(): Promise<boolean> {
    return this.#probe().then(
      () => true,
      () => false,
    );
  }
}

/** Who is looking, asked past everything that would wait or ask for a password. */
export async function askViewer(): Promise<ViewerState> {
  const response = await fetch('/trpc/viewer.get', { cache: 'no-store' });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const { result } = (await response.json()) as { result: { data: ViewerState } };
  return result.data;
}

export const connection = new Connection(askViewer);
