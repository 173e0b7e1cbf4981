import type { HandleClientError } from '@sveltejs/kit/hooks';
import { pageError } from '#lib/page-error.ts';

export const handleError: HandleClientError = ({ kind, error }) => {
  if (kind !== 'unknown') return undefined;
  const known = pageError(error);
  if (!known) console.error(error);
  return known;
};
