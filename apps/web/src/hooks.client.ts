import type { HandleClientError } from '@sveltejs/kit/hooks';
import { connection } from '#lib/connection/connection.svelte.ts';
import { incidentId } from '#lib/incident-id.ts';
import { isPanelFault, pageError } from '#lib/page-error.ts';

// zod would try `new Function` once, to see whether it may. The content security policy forbids it, and a browser
// reports the attempt. Set as zod's own `z.config` does, but before any schema is made and without loading zod.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });

export const handleError: HandleClientError = ({ kind, error }) => {
  if (kind !== 'unknown') return undefined;
  const told = pageError(error, incidentId());
  if (told.code === 'offline') connection.noticed();
  if (isPanelFault(told)) console.error(`Incident ${told.requestId}:`, error);
  return told;
};
