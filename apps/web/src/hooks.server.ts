import { redirect } from '@sveltejs/kit';
import type { Handle, HandleFetch, HandleServerError } from '@sveltejs/kit/hooks';
import { guard, isClosedTo } from '#lib/guard.ts';
import { localeCookie, negotiateLocale } from '#lib/i18n/locale.ts';
import { parseTimeZone, timeZoneCookie } from '#lib/i18n/time-zone.ts';
import { incidentId } from '#lib/incident-id.ts';
import { isPanelFault, pageError } from '#lib/page-error.ts';
import { toApiRequest } from '#lib/server/api-origin.ts';
import { compress } from '#lib/server/compress.ts';
import { parseTheme, themeCookie } from '#lib/theme.ts';
import { trpc } from '#lib/trpc.ts';

/** CSP comes from the configuration in vite.config.ts, because it carries a nonce per page. */
const pageHeaders: Record<string, string> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
  'cache-control': 'private, no-cache',
};

export const handle: Handle = async ({ event, resolve }) => {
  const { locals, cookies, request, route, url } = event;
  locals.state = await trpc(event)
    .viewer.get.query()
    .catch(() => null);
  locals.locale = negotiateLocale({
    cookie: cookies.get(localeCookie),
    account: locals.state?.viewer?.locale,
    acceptLanguage: request.headers.get('accept-language'),
    fallback: locals.state?.default_locale,
  });
  locals.theme = parseTheme(cookies.get(themeCookie), locals.state?.viewer?.theme);
  locals.timeZone = parseTimeZone(cookies.get(timeZoneCookie));

  const target = locals.state && guard(route.id, url, locals.state);
  // Whose role changes while such a page is open is told so on the page itself.
  const isTold = event.isDataRequest && locals.state !== null && isClosedTo(url, locals.state);
  if (target && !isTold) redirect(303, target);

  const response = await resolve(event, {
    transformPageChunk: ({ html }) =>
      html.replace('%app.lang%', locals.locale).replace('%app.theme%', locals.theme),
    filterSerializedResponseHeaders: (name) => name === 'content-type',
    preload: (file) => file.type !== 'asset',
  });
  for (const [name, value] of Object.entries(pageHeaders)) {
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  // The page says that the API does not answer; so must its status, for whatever watches from outside.
  const silent = locals.state === null && response.status === 200 && !event.isDataRequest;
  const answer = silent ? new Response(response.body, { status: 503, headers: response.headers }) : response;
  return compress(answer, request.headers.get('accept-encoding'));
};

/** Procedures are served by the API, not by this router; everything else goes its ordinary way. */
export const handleFetch: HandleFetch = ({ event, request, fetch }) => {
  const { origin, pathname } = new URL(request.url);
  if (origin === event.url.origin && pathname.startsWith('/trpc/')) {
    return globalThis.fetch(toApiRequest(request, event));
  }
  return fetch(request);
};

export const handleError: HandleServerError = ({ kind, error, event }) => {
  if (kind !== 'unknown') return undefined;
  const told = pageError(error, event.request.headers.get('x-request-id') ?? incidentId());
  if (isPanelFault(told)) {
    console.error(`The page ${event.url.pathname} failed, incident ${told.requestId}:`, error);
  }
  return told;
};
