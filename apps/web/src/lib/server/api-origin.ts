import { API_INTERNAL_TOKEN, API_ORIGIN } from '$app/env/private';
import type { RequestEvent } from '@sveltejs/kit';

/** Headers of the visitor's request that the API needs to see. */
const forwardedHeaders = ['cookie', 'user-agent', 'accept-language', 'x-forwarded-proto', 'x-request-id'];

/**
 * The same request, addressed to the API on behalf of the visitor. The visitor's address is appended to
 * `x-forwarded-for` as any proxy would do; the token tells the API that this hop may be believed.
 */
export function toApiRequest(request: Request, event: RequestEvent): Request {
  const { pathname, search } = new URL(request.url);
  const headers = new Headers(request.headers);
  for (const name of forwardedHeaders) {
    const value = event.request.headers.get(name);
    if (value) headers.set(name, value);
  }
  const chain = event.request.headers.get('x-forwarded-for');
  const address = event.getClientAddress();
  headers.set('x-forwarded-for', chain ? `${chain}, ${address}` : address);
  if (API_INTERNAL_TOKEN) headers.set('x-internal-token', API_INTERNAL_TOKEN);
  headers.delete('connection');
  return new Request(new URL(pathname + search, API_ORIGIN), {
    method: request.method,
    headers,
    redirect: 'manual',
  });
}
