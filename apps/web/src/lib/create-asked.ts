import { afterNavigate, goto } from '$app/navigation';
import { page } from '$app/state';
import { hrefWith } from './url-state.ts';

/** Runs `open` when the address asks for it (`?create=1`), and takes that out of the address: a reload starts afresh. */
export function onCreateAsked(open: () => void): void {
  afterNavigate(() => {
    if (!page.url.searchParams.has('create')) return;
    open();
    void goto(hrefWith(page.url, { create: null }), { reset: false, replace: true });
  });
}
