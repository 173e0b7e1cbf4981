import { LiveConnection } from '#lib/live/live-connection.svelte.ts';
import { trpc } from '#lib/trpc.ts';

export interface ArrivedCall {
  id: string;
  model_name: string;
  status: 'success' | 'failed';
}

/** Waits for the first successful call made with one key, and shows failed ones until then. */
export class FirstCallWatch {
  call = $state<ArrivedCall>();
  readonly connection: LiveConnection;
  #apiKeyId: number | undefined;
  #close: (() => void) | undefined;

  constructor() {
    // A call may have ended before anybody listened, or while the connection was lost.
    this.connection = new LiveConnection({ live: () => void this.#lookUp() });
  }

  /** Starts to listen, and returns what ends it: made for `$effect`. */
  open(apiKeyId: number): () => void {
    this.#apiKeyId = apiKeyId;
    this.#close = this.connection.open((on) =>
      trpc().logs.onCall.subscribe(
        { api_key_id: apiKeyId },
        { ...on, onData: ({ data }) => this.#take(data) },
      ),
    );
    return () => this.#close?.();
  }

  #take(call: ArrivedCall): void {
    if (this.call?.status === 'success') return;
    this.call = { id: call.id, model_name: call.model_name, status: call.status };
    if (call.status === 'success') this.#close?.();
  }

  async #lookUp(): Promise<void> {
    try {
      const { items } = await trpc().logs.list.query({ api_key_id: this.#apiKeyId, limit: 1 });
      if (items[0]) this.#take(items[0]);
    } catch {
      // The subscription still tells of the next one.
    }
  }
}
