import type { IncomingMessage, ServerResponse } from 'node:http';
import { newId } from '@aigc/shared/ids';
import { isoTime } from '@aigc/shared/iso-time';
import type { GatewayDeps } from '../gateway-deps.ts';
import { Reply } from '../reply.ts';
import { openAiStyle } from '../styles/openai-style.ts';
import type { ApiStyle } from '../styles/api-style.ts';
import type { Identified } from './contexts.ts';

/** Names the call and starts its clock. */
export function identify(
  deps: Pick<GatewayDeps, 'clientAddress'>,
  { req, res }: { req: IncomingMessage; res: ServerResponse },
  { route, source, style }: Pick<Identified, 'route' | 'source'> & { style?: ApiStyle | undefined },
): Identified {
  const nowMs = Date.now();
  const requestId = newId('req', nowMs);
  const startedAtMs = performance.now();
  return {
    reply: new Reply(req, res, {
      requestId,
      startedAtMs,
      isOpenToOrigins: source === 'api',
      style: style ?? openAiStyle,
    }),
    requestId,
    startedAtMs,
    createdAt: isoTime(nowMs),
    clientIp: deps.clientAddress(req) || null,
    source,
    route,
  };
}
