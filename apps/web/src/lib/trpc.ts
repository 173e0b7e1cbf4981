/**
 * The panel's client for the API's procedures, and the only file that knows trpc-sveltekit and tRPC's links.
 *
 * - In a `load` function: `trpc(event)`. It uses the event's `fetch`, so the call runs on the server while a page
 *   is rendered and its answer travels with the page instead of being asked for twice.
 * - Anywhere in the browser (handlers, subscriptions): `trpc()`.
 */
import { httpBatchLink, httpBatchStreamLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import { createTRPCClient } from 'trpc-sveltekit';
import type { AppRouter } from '#lib/placeholder-router.ts';

/** The typed client. `Api['keys']['list']['query']` is the type of a procedure. */
export type Api = ReturnType<typeof createTRPCClient<AppRouter>>;

const url = '/trpc';
/** Batches of queries whose URL would be longer are split; proxies commonly refuse more than 8 KiB. */
const maxURLLength = 4_000;

type FetchEsque = NonNullable<Parameters<typeof httpBatchLink>[0]['fetch']>;

let browserClient: Api | undefined;

/** The client for a `load` event, or, without one, the browser's. */
export function trpc(event?: { fetch: typeof fetch }): Api {
  if (event) {
    // Not the streaming link: answers must be whole to be written into the page.
    const load: FetchEsque = (input, init) => event.fetch(input, init as RequestInit);
    return createTRPCClient<AppRouter>({ links: [httpBatchLink({ url, maxURLLength, fetch: load })] });
  }
  browserClient ??= createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: httpSubscriptionLink({ url }),
        false: httpBatchStreamLink({ url, maxURLLength }),
      }),
    ],
  });
  return browserClient;
}
