import type { IncomingMessage } from 'node:http';
import type { UserActor } from '@aigc/core/actor';
import { readSessionCookie, validateSession } from '@aigc/core/sessions/validate-session';
import { refusal } from '@aigc/shared/refusals';
import { clientAddress } from './client-address.ts';
import type { Container } from './container.ts';
import { isStateChange } from './http/request-guard.ts';

/**
 * The signed-in user of a request that a page of our own made: the playground's way into the gateway.
 * @throws AppError `unauthenticated` or `origin_not_allowed`
 */
export async function sessionActor(container: Container, req: IncomingMessage): Promise<UserActor> {
  const { guard } = container;
  if (!guard.isHostAllowed(req) || (isStateChange(req.method) && !guard.isOriginAllowed(req))) {
    throw refusal('other_site', {});
  }
  const deps = container.deps();
  const cookie = readSessionCookie(deps, req.headers.cookie);
  const valid =
    cookie &&
    (await validateSession(deps, cookie, {
      ip: clientAddress(req, container.trustProxy) || null,
      userAgent: req.headers['user-agent'] ?? null,
      isSecure: container.env.publicUrl?.protocol === 'https:',
    }));
  if (!valid) throw refusal('sign_in_first', {});
  return valid.actor;
}
