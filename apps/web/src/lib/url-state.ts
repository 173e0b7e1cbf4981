import { goto } from '$app/navigation';
import { page } from '$app/state';
import type { PageUrl } from './page-url.ts';

/** Where filters lead that were set a moment ago and whose list is still being read. */
let pending: string | undefined;

/**
 * Writes filters into the URL, where they survive a reload and can be sent to others. Empty values leave it; paging
 * starts over. The page's `load` runs again and nothing else moves. One that is set before the page has followed the
 * one before joins it.
 */
export async function setFilters(changes: Record<string, string | null | undefined>): Promise<void> {
  const next: PageUrl = pending === undefined ? page.url : new URL(pending, page.url.href);
  const base = next.pathname === page.url.pathname ? next : page.url;
  const href = filteredHref(base, changes);
  if (href === base.pathname + base.search) return;
  pending = href;
  try {
    await goto(href, { reset: false, replace: true });
  } finally {
    if (pending === href) pending = undefined;
  }
}

/** The same change as an address, for links. */
export function filteredHref(url: PageUrl, changes: Record<string, string | null | undefined>): string {
  return hrefWith(url, { ...changes, cursor: null, trail: null });
}

/** The same page with other parameters, e.g. for details that open over a list: paging stays where it is. */
export function hrefWith(url: PageUrl, changes: Record<string, string | null | undefined>): string {
  const next = new URL(url.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value) next.searchParams.set(name, value);
    else next.searchParams.delete(name);
  }
  return next.pathname + next.search;
}
