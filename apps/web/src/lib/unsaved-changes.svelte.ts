import { beforeNavigate, goto } from '$app/navigation';

/**
 * Keeps what somebody has typed from being lost by a click. Make one while a component is initialised; give `mayClose`
 * to the dialog's `guard`, and show DiscardDialog bound to it. A reload or a closed tab gets the browser's question.
 */
export class UnsavedChanges {
  /** The question is open. */
  asking = $state(false);
  readonly #isDirty: () => boolean;
  #leave: (() => unknown) | undefined;
  #agreed = false;

  constructor(isDirty: () => boolean) {
    this.#isDirty = isDirty;
    beforeNavigate((navigation) => {
      if (this.#agreed || !isDirty()) return;
      navigation.cancel();
      if (navigation.type === 'leave' || !navigation.to) return;
      const { url } = navigation.to;
      this.#ask(() => goto(url, { reset: false }));
    });
  }

  /** True when nothing would be lost. Otherwise asks, and calls `close` once the answer is to discard. */
  mayClose(close: () => unknown): boolean {
    if (this.#agreed || !this.#isDirty()) return true;
    this.#ask(close);
    return false;
  }

  /** The answer was to discard: goes on with what was held back. */
  async discard(): Promise<void> {
    this.#agreed = true;
    try {
      await this.#leave?.();
    } finally {
      this.#agreed = false;
    }
  }

  #ask(leave: () => unknown): void {
    this.#leave = leave;
    this.asking = true;
  }
}
