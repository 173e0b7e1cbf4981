import { newId } from '@aigc/shared/ids';
import type { GatewayDeps } from '../gateway-deps.ts';
import type { Http } from '../respond.ts';
import type { Identified } from './contexts.ts';

/** Names the call, starts its clock, and watches whether the client stays. */
export function identify(
  deps: GatewayDeps,
  { req, res }: Http,
  { route, source }: { route: string; source: Identified['source'] },
): Identified {
  const gone = new AbortController();
  res.once('close', () => {
    if (!res.writableFinished) gone.abort();
  });
  const given = res.getHeader('x-request-id');
  return {
    requestId: typeof given === 'string' ? given : newId('req'),
    startedAtMs: performance.now(),
    createdAt: new Date().toISOString(),
    clientIp: deps.clientAddress(req) || null,
    source,
    route,
    clientGone: gone.signal,
  };
}
