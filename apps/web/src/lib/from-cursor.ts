import { redirect } from '@sveltejs/kit';
import { errorData } from './errors.ts';
import type { PageUrl } from './page-url.ts';
import { filteredHref } from './url-state.ts';

/** For `load`: a page of a list whose cursor in the URL leads nowhere becomes the first page instead of an error. */
export async function fromCursor<T>(url: PageUrl, page: Promise<T>): Promise<T> {
  try {
    return await page;
  } catch (error) {
    if (errorData(error)?.param === 'cursor') redirect(307, filteredHref(url, {}));
    throw error;
  }
}
