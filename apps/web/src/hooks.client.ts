import type { HandleClientError } from '@sveltejs/kit/hooks';
import { connection } from '#lib/connection/connection.svelte.ts';
import { incidentId } from '#lib/incident-id.ts';
import { isPanelFault, pageError } from '#lib/page-error.ts';

export const handleError: HandleClientError = ({ kind, error }) => {
  if (kind !== 'unknown') return undefined;
  const told = pageError(error, incidentId());
  if (told.code === 'offline') connection.noticed();
  if (isPanelFault(told)) console.error(`Incident ${told.requestId}:`, error);
  return told;
};
