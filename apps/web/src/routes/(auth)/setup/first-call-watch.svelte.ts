import { trpc } from '#lib/trpc.ts';

export interface ArrivedCall {
  id: string;
  model_name: string;
  status: 'success' | 'failed';
}

/** Waits for the first successful call made with one key, and shows failed ones until then. */
export class FirstCallWatch {
  call = $state<ArrivedCall>();
  connection = $state<'connecting' | 'live' | 'reconnecting'>('connecting');

  /** Starts to listen, and returns what ends it: made for `$effect`. */
  open(apiKeyId: number): () => void {
    const subscription = trpc().logs.onCall.subscribe(
      { api_key_id: apiKeyId },
      {
        onConnectionStateChange: ({ state, error }) => {
          if (state === 'pending') {
            this.connection = 'live';
            void this.#lookUp(apiKeyId, take);
          } else if (state === 'connecting') this.connection = error ? 'reconnecting' : 'connecting';
        },
        onData: ({ data }) => take(data),
      },
    );
    const take = (call: ArrivedCall) => {
      if (this.call?.status === 'success') return;
      this.call = { id: call.id, model_name: call.model_name, status: call.status };
      if (call.status === 'success') subscription.unsubscribe();
    };
    return () => subscription.unsubscribe();
  }

  /** A call may have ended before anybody listened. */
  async #lookUp(apiKeyId: number, take: (call: ArrivedCall) => void): Promise<void> {
    try {
      const { items } = await trpc().logs.list.query({ api_key_id: apiKeyId, limit: 1 });
      if (items[0]) take(items[0]);
    } catch {
      // The subscription still tells of the next one.
    }
  }
}
