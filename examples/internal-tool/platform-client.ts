import { createTRPCClient, httpBatchStreamLink, type TRPCClient, type TRPCClientError } from '@trpc/client';
// Only the type: nothing of the API ends up in this program.
import type { AppRouter } from '@aigc/api/router';

export type PlatformClient = TRPCClient<AppRouter>;
/** What a call that fails throws: `data.appCode` is stable, `data.fieldErrors` names faulty fields. */
export type PlatformError = TRPCClientError<AppRouter>;

/** A typed client of an installation. `origin` is its address, `key` a management key (`mk-aigc-…`). */
export function createPlatformClient({ origin, key }: { origin: string; key: string }): PlatformClient {
  return createTRPCClient<AppRouter>({
    links: [
      httpBatchStreamLink({
        url: `${origin}/trpc`,
        headers: { authorization: `Bearer ${key}` },
      }),
    ],
  });
}
