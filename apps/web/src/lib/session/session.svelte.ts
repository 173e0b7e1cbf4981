import type { Viewer } from '@aigc/shared/schemas/viewer';

type Message = { kind: 'signed-out' } | { kind: 'signed-in'; userId: string };

/**
 * The session of the page that is open. When it ends, here or in another tab, the page stays and asks for the password
 * again; what was refused meanwhile is sent once more. Only for use in the browser.
 */
class Session {
  /** The question for the password is open. */
  isExpired = $state(false);
  /** Whom the page was made for; null on pages for everybody. */
  viewer = $state.raw<Viewer | null>(null);
  #waiting: ((isRenewed: boolean) => void)[] = [];
  #channel: BroadcastChannel | undefined;
  #isLeaving = false;

  /** Listens to the other tabs until the returned function is called. */
  listen(): () => void {
    const channel = new BroadcastChannel('session');
    this.#channel = channel;
    channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      if (this.viewer === null) return;
      if (data.kind === 'signed-out') void this.expired();
      else if (data.userId === this.viewer.id) this.#settle(true);
      // Whatever stands here is another person's.
      else location.reload();
    });
    return () => {
      channel.close();
      this.#channel = undefined;
    };
  }

  /**
   * Asks for the password. True once the same person has signed in again, so that what was refused can be sent again;
   * false when they decided otherwise.
   */
  expired(): Promise<boolean> {
    if (this.viewer === null || this.#isLeaving) return Promise.resolve(false);
    this.isExpired = true;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The same person has signed in, in this tab. */
  renewed(): void {
    if (this.viewer) this.#post({ kind: 'signed-in', userId: this.viewer.id });
    this.#settle(true);
  }

  /** Closes the question; the next call that is refused asks again. */
  dismiss(): void {
    this.#settle(false);
  }

  /** Tells the other tabs; this one leaves by itself. */
  signedOut(): void {
    this.#isLeaving = true;
    this.#post({ kind: 'signed-out' });
  }

  /** Whom the page is for from here on; the other tabs hear of a person they do not know. */
  belongsTo(viewer: Viewer | null): void {
    const isAnother = viewer !== null && viewer.id !== this.viewer?.id;
    this.viewer = viewer;
    this.#isLeaving = false;
    if (isAnother) this.#post({ kind: 'signed-in', userId: viewer.id });
  }

  #settle(isRenewed: boolean): void {
    this.isExpired = false;
    for (const resolve of this.#waiting.splice(0)) resolve(isRenewed);
  }

  #post(message: Message): void {
    // A channel reaches this site's own tabs only, so its messages have no target.
    // eslint-disable-next-line unicorn/require-post-message-target-origin -- that is a window's
    if (this.#channel) this.#channel.postMessage(message);
    else {
      const channel = new BroadcastChannel('session');
      // eslint-disable-next-line unicorn/require-post-message-target-origin -- as above
      channel.postMessage(message);
      channel.close();
    }
  }
}

export const session = new Session();

/** For calls that do not go through `trpc()`: asks for the password; true when the call can be sent again. */
export const sessionExpired = (): Promise<boolean> => session.expired();
