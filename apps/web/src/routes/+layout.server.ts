import type { LayoutServerLoad } from './$types';

/** What every page needs; rerun with `invalidate('app:viewer')` after signing in or changing the profile. */
export const load: LayoutServerLoad = ({ locals, depends }) => {
  depends('app:viewer');
  return { state: locals.state, locale: locals.locale, theme: locals.theme, timeZone: locals.timeZone };
};
