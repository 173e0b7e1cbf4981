import type { IncomingMessage, ServerResponse } from 'node:http';
import type { UserActor } from '@aigc/core/actor';
import { authenticateManagementKey } from '@aigc/core/api-keys/authenticate-management-key';
import type { Deps } from '@aigc/core/deps';
import { readSessionCookie, validateSession, type ValidSession } from '@aigc/core/sessions/validate-session';
import type { UserIdentity } from '@aigc/core/users/user-identity';
import { KEY_PREFIX } from '@aigc/shared/platform-key';
import { clientAddress, isSecureRequest } from '../client-address.ts';
import type { Container } from '../container.ts';

/** Who asks, and over what. */
export interface RequestClient {
  ip: string | null;
  userAgent: string | null;
  isSecure: boolean;
}

/** What every procedure gets, whether it is called over tRPC or REST. */
export interface RequestContext {
  container: Container;
  /** Of this procedure alone: batched procedures do not share an entity manager. */
  deps: Deps;
  requestId: string;
  client: RequestClient;
  /** Null: not signed in. */
  actor: UserActor | null;
  user: UserIdentity | null;
  /** Null with a management key. */
  session: ValidSession['session'] | null;
  /** Why the caller could not be identified (the database is away); every procedure then fails with it. */
  identityFailure: unknown;
  /** The moment of `container.access` as of which the caller was identified. */
  identifiedAt: number;
  /** Adds a `Set-Cookie` header. */
  setCookie(cookie: string): void;
  /** Ends an answer in its middle; whoever still wants it asks again. */
  hangUp(): void;
}

export interface ContextSource {
  req: IncomingMessage;
  res: ServerResponse;
  requestId: string;
}

/** Identifies the caller by session cookie, or by a management key as bearer token. Never throws. */
export async function createRequestContext(
  container: Container,
  { req, res, requestId }: ContextSource,
): Promise<RequestContext> {
  const deps = container.deps();
  const client: RequestClient = {
    ip: clientAddress(req, container.trustProxy) || null,
    userAgent: req.headers['user-agent'] ?? null,
    isSecure: container.env.publicUrl?.protocol === 'https:' || isSecureRequest(req, container.trustProxy),
  };
  const setCookie = (cookie: string): void => {
    res.appendHeader('set-cookie', cookie);
  };
  const anonymous = { actor: null, user: null, session: null, identityFailure: null };
  const identifiedAt = container.access.now();
  const base = { container, deps, requestId, client, identifiedAt, setCookie, hangUp: () => hangUp(res) };
  try {
    return { ...base, ...anonymous, ...(await identify(deps, req, { client, setCookie })) };
  } catch (error) {
    return { ...base, ...anonymous, identityFailure: error };
  }
}

function hangUp(res: ServerResponse): void {
  if (!res.headersSent) return void res.destroy();
  // Its writer hears of the end only when it is sent; what it writes until then goes nowhere.
  res.on('error', () => {});
  res.end();
}

async function identify(
  deps: Deps,
  req: IncomingMessage,
  { client, setCookie }: Pick<RequestContext, 'client' | 'setCookie'>,
): Promise<Partial<RequestContext>> {
  const key = managementKey(req);
  if (key !== null) {
    const { actor, user } = await authenticateManagementKey(deps, { key, ip: client.ip });
    return { actor, user };
  }
  const cookie = readSessionCookie(deps, req.headers.cookie);
  if (cookie === null) return {};
  const valid = await validateSession(deps, cookie, client);
  if (valid === null) return {};
  if (valid.renewedCookie !== null) setCookie(valid.renewedCookie);
  return { actor: valid.actor, user: valid.user, session: valid.session };
}

/** The bearer token, if it is one of our keys; another kind of key fails at authentication, with its reason. */
export function managementKey(req: IncomingMessage): string | null {
  const [, token] = /^Bearer\s+(\S+)$/i.exec(req.headers.authorization ?? '') ?? [];
  if (token === undefined) return null;
  return Object.values(KEY_PREFIX).some((prefix) => token.startsWith(prefix)) ? token : null;
}
