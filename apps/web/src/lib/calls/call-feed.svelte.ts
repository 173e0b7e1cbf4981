import { LiveConnection } from '#lib/live/live-connection.svelte.ts';
import { trpc } from '#lib/trpc.ts';

/**
 * Tells when there may be calls that a page does not show yet: as one ends, wherever it was made, and whenever the
 * connection stands, for the first time or again, because nobody heard what happened before. What is new then is for
 * the page to read: so nothing is told twice and nothing is left out.
 */
export class CallFeed {
  readonly connection: LiveConnection;
  readonly #onchange: (why: 'call' | 'connected') => void;

  constructor(onchange: (why: 'call' | 'connected') => void) {
    this.#onchange = onchange;
    this.connection = new LiveConnection({
      live: () => onchange('connected'),
      // Any call leads to the sign-in page when the session is over.
      lost: () =>
        void trpc()
          .logs.list.query({ limit: 1 })
          .catch(() => {}),
    });
  }

  /** Starts to listen, and returns what ends it: made for `$effect`. `all` is for administrators. */
  open(scope: 'mine' | 'all'): () => void {
    return this.connection.open((on) =>
      trpc().logs.onCall.subscribe({ scope }, { ...on, onData: () => this.#onchange('call') }),
    );
  }
}
