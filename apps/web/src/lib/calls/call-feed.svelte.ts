import type { CallEvent } from '@aigc/shared/schemas/logs';
import { trpc } from '#lib/trpc.ts';

export type FeedState = 'off' | 'connecting' | 'live' | 'reconnecting';

/**
 * The viewer's calls as they end, wherever they were made. Listens only while the page is visible, because browsers
 * allow few open connections to one site; what was missed meanwhile is told when it is visible again.
 */
export class CallFeed {
  state = $state<FeedState>('off');
  /** Calls that have ended since `reset`. */
  count = $state(0);
  #stopListening: (() => void) | undefined;
  #lastId: string | undefined;
  readonly #oncall: (call: CallEvent) => void;

  constructor(oncall: (call: CallEvent) => void = () => {}) {
    this.#oncall = oncall;
  }

  /** Starts to listen, and returns what ends it: made for `$effect`. `all` is for administrators. */
  open(scope: 'mine' | 'all'): () => void {
    this.#lastId = undefined;
    this.count = 0;
    const follow = () => (document.hidden ? this.#stop() : this.#start(scope));
    document.addEventListener('visibilitychange', follow);
    follow();
    return () => {
      document.removeEventListener('visibilitychange', follow);
      this.#stop();
    };
  }

  /** What was counted has been seen. */
  reset(): void {
    this.count = 0;
  }

  #start(scope: 'mine' | 'all'): void {
    if (this.#stopListening) return;
    this.state = 'connecting';
    const subscription = trpc().logs.onCall.subscribe(
      { scope, ...(this.#lastId === undefined ? {} : { lastEventId: this.#lastId }) },
      {
        onConnectionStateChange: ({ state, error }) => {
          if (state === 'pending') this.state = 'live';
          else if (state === 'connecting') this.state = error ? 'reconnecting' : 'connecting';
        },
        onData: ({ id, data }) => {
          this.#lastId = id;
          this.count += 1;
          this.#oncall(data);
        },
        // Only what cannot be mended by connecting again ends here, such as a session that is over.
        onError: () => this.#stop(),
      },
    );
    this.#stopListening = () => subscription.unsubscribe();
  }

  #stop(): void {
    this.#stopListening?.();
    this.#stopListening = undefined;
    this.state = 'off';
  }
}
