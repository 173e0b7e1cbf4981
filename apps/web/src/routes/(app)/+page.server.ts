import type { PageServerLoad } from './$types';

/** The checklist's "Hide" is kept by this browser, where the server sees it before it draws the page. */
export const load: PageServerLoad = ({ cookies }) => ({
  checklistHidden: cookies.get('checklist') === 'hidden',
});
