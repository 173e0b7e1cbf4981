/**
 * The panel's client for the API's procedures, and the only file that knows trpc-sveltekit and tRPC's links.
 *
 * - In a `load` function: `trpc(event)`. It uses the event's `fetch`, so the call runs on the server while a page
 *   is rendered and its answer travels with the page instead of being asked for twice.
 * - Anywhere in the browser (handlers, subscriptions): `trpc()`.
 */
import {
  httpBatchLink,
  httpBatchStreamLink,
  httpSubscriptionLink,
  splitLink,
  type TRPCClientError,
  type TRPCLink,
} from '@trpc/client';
import { observable, type Unsubscribable } from '@trpc/server/observable';
import { createTRPCClient } from 'trpc-sveltekit';
import { browser } from '$app/env';
import { recover } from '#lib/connection/recover.ts';
import type { AppRouter } from '@aigc/api/router';

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
    const load: FetchEsque = (input, init) => event.fetch(input, init as RequestInit);
    // Not the streaming link: answers must be whole to be written into the page.
    return createTRPCClient<AppRouter>({
      links: [recovering(true), httpBatchLink({ url, maxURLLength, fetch: load })],
    });
  }
  browserClient ??= createTRPCClient<AppRouter>({
    links: [
      recovering(false),
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: httpSubscriptionLink({ url }),
        false: httpBatchStreamLink({ url, maxURLLength }),
      }),
    ],
  });
  return browserClient;
}

/** In the browser, waits for the password or for the server where that can mend a call; see `recover`. */
function recovering(isLoad: boolean): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        let running: Unsubscribable | undefined;
        let isOver = false;
        let tries = 0;
        const send = () => {
          running = next(op).subscribe({
            next: (value) => observer.next(value),
            error: (error) => (browser && !isOver ? mend(error) : observer.error(error)),
            complete: () => observer.complete(),
          });
        };
        const mend = (failure: TRPCClientError<AppRouter>) => {
          const goOn = (isMended: boolean) => {
            if (isOver) return;
            tries += 1;
            if (isMended) send();
            else observer.error(failure);
          };
          recover({ op, error: failure, isLoad, tries }).then(goOn, () => goOn(false));
        };
        send();
        return () => {
          isOver = true;
          running?.unsubscribe();
        };
      });
}
