import { error } from '@sveltejs/kit';
import { dev } from '$app/env';

/** For whoever builds the panel: does not exist in a production build. */
export const load = () => {
  if (!dev) error(404, 'Not found');
};
