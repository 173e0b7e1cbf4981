import { createTRPCClient, httpBatchLink } from '@trpc/client';
import type { AppRouter } from '@aigc/api/router';
import type { APIRequestContext, BrowserContext } from '@playwright/test';

/**
 * The product's procedures with full types, called with the cookies of a browser: what a test needs before it
 * starts, without clicking through pages that other tests are about.
 */
export function apiOf(browser: BrowserContext | APIRequestContext, origin: string) {
  const request = 'request' in browser ? browser.request : browser;
  return createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: `${origin}/trpc`,
        fetch: async (input, init) => {
          const response = await request.fetch(input instanceof Request ? input.url : input.toString(), {
            method: init?.method ?? 'GET',
            headers: { ...(init?.headers as Record<string, string>), origin },
            ...(typeof init?.body === 'string' ? { data: init.body } : {}),
          });
          return new Response(await response.text(), {
            status: response.status(),
            headers: response.headers(),
          });
        },
      }),
    ],
  });
}

export type TestApi = ReturnType<typeof apiOf>;
