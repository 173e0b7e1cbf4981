import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { AppError } from '@aigc/shared/errors';
import type { RequestGuard } from '../http/request-guard.ts';
import { isLoopbackHost } from '../http/loopback.ts';

const BEARER = /^Bearer +(\S+) *$/i;
/** Whoever adds one of these asks on behalf of somebody else. */
const FORWARDING = /^(forwarded|via|x-real-ip|x-client-ip|x-forwarded-.*|cf-connecting-ip|true-client-ip)$/;

export interface ReadRules {
  /** `METRICS_TOKEN`; null: only programs on this machine may read. */
  token: string | null;
  guard: Pick<RequestGuard, 'isHostAllowed'>;
}

/** Why a request may not read the metrics, or null. */
export function metricsRefusal(req: IncomingMessage, { token, guard }: ReadRules): AppError | null {
  if (token !== null) {
    const given = BEARER.exec(req.headers.authorization ?? '')?.[1];
    if (given !== undefined && isSame(given, token)) return null;
    return new AppError('unauthenticated', 'Send the METRICS_TOKEN as "Authorization: Bearer …".');
  }
  const peer = (req.socket.remoteAddress ?? '').replace(/^::ffff:/i, '');
  const isForwarded = Object.keys(req.headers).some((name) => FORWARDING.test(name));
  // A page whose name was pointed at this machine has the wrong host name.
  if (isLoopbackHost(peer) && !isForwarded && guard.isHostAllowed(req)) return null;
  return new AppError(
    'forbidden',
    'Metrics are shown to programs on this machine only. Set METRICS_TOKEN to read them from elsewhere.',
  );
}

/** Digests are of one length, so that the time says nothing about the token, not even how long it is. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
