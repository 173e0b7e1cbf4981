import type { ViewerState } from '@aigc/shared/schemas/viewer';

/**
 * Where a visitor must go instead of the route asked for, or null. The API enforces the same rules on every
 * procedure; this only spares people a page that could show them nothing.
 */
export function guard(routeId: string | null, url: URL, state: ViewerState): string | null {
  if (isClosedTo(url, state)) return '/';
  if (!routeId) return null;
  if (isUnknown(routeId)) return null;
  const inApp = routeId.startsWith('/(app)');
  if (state.setup_required)
    return inApp || routeId === '/(auth)/sign-in' || routeId === '/(auth)/register' ? '/setup' : null;
  if (inApp && !state.viewer) {
    const next = url.pathname + url.search;
    return next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`;
  }
  if (state.viewer && (routeId === '/(auth)/sign-in' || routeId === '/(auth)/register')) {
    return safeNext(url.searchParams.get('next'));
  }
  if (routeId === '/(auth)/register' && !state.registration_open) return '/sign-in';
  return null;
}

/** No page answers to the address; everybody is told so. */
export function isUnknown(routeId: string | null): boolean {
  return routeId === '/(app)/[...path]';
}

/** A page of administrators, and the viewer is none. */
export function isClosedTo(url: Pick<URL, 'pathname'>, { viewer }: ViewerState): boolean {
  return url.pathname.startsWith('/admin/') && viewer?.role === 'user';
}

/** A path of this site to go to after signing in; never another origin's, whatever the parameter says. */
export function safeNext(next: string | null): string {
  // Read as a browser would: it drops tabs and line breaks and takes backslashes for slashes.
  const here = 'http://this.invalid';
  const url = next?.startsWith('/') ? URL.parse(next, here) : null;
  return url?.origin === here ? url.pathname + url.search + url.hash : '/';
}
