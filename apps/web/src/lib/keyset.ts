import type { PageUrl } from './page-url.ts';

/** Where a keyset-paged list stands, kept in the URL: `cursor` is this page's, `trail` those of the pages before. */
const separator = '~';
const maxTrailLength = 2_000;

/** The cursor to ask the API for, undefined for the first page. */
export function currentCursor(url: PageUrl): string | undefined {
  return url.searchParams.get('cursor') ?? undefined;
}

export function olderHref(url: PageUrl, nextCursor: string): string {
  const next = new URL(url.href);
  const trail = [...splitTrail(url), url.searchParams.get('cursor') ?? ''];
  next.searchParams.set('cursor', nextCursor);
  // The oldest steps are forgotten first: a proxy may refuse an address of more than 8 KiB.
  while (trail.length > 1 && trail.join(separator).length > maxTrailLength) trail.shift();
  next.searchParams.set('trail', trail.join(separator));
  return next.pathname + next.search;
}

/** Undefined on the first page. */
export function newerHref(url: PageUrl): string | undefined {
  if (!url.searchParams.has('cursor')) return undefined;
  const next = new URL(url.href);
  const trail = splitTrail(url);
  const cursor = trail.pop();
  if (cursor) next.searchParams.set('cursor', cursor);
  else next.searchParams.delete('cursor');
  if (trail.length && cursor) next.searchParams.set('trail', trail.join(separator));
  else next.searchParams.delete('trail');
  return next.pathname + next.search;
}

function splitTrail(url: PageUrl): string[] {
  const trail = url.searchParams.get('trail');
  return trail === null ? [] : trail.split(separator);
}
