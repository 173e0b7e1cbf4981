import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { KeyEntry } from '@aigc/core/snapshot/snapshot';
import { AppError } from '@aigc/shared/errors';
import { KEY_PREFIX, looksLikePlatformKey, platformKeyKind } from '@aigc/shared/platform-key';
import type { GatewayDeps } from '../gateway-deps.ts';
import type { Authenticated, Caller, Identified } from './contexts.ts';
import { refuse } from './refuse.ts';

const HOW_TO = 'Send a key of this platform as "Authorization: Bearer sk-aigc-…".';
const BEARER = /^Bearer\s+(.+)$/i;

/**
 * The platform key among a request's credentials. Clients may send both headers (Anthropic's do when both
 * are configured): the one with our prefix counts, and two different ones of ours are refused.
 */
function credential({ authorization, apiKey }: Credentials): string {
  const bearer = BEARER.exec(authorization ?? '')?.[1]?.trim();
  const header = apiKey?.trim();
  if (!bearer && !header) throw new AppError('invalid_api_key', `No API key was sent. ${HOW_TO}`);
  const ours = [bearer, header].filter((text) => text !== undefined && looksLikePlatformKey(text));
  const [key, other = key] = ours;
  if (key === undefined) {
    throw new AppError('invalid_api_key', `The API key is not one of this platform. ${HOW_TO}`);
  }
  if (other !== key) {
    throw new AppError(
      'conflicting_credentials',
      'Authorization and x-api-key hold two different keys; send one.',
    );
  }
  return key;
}

interface Credentials {
  authorization: string | undefined;
  apiKey: string | undefined;
}

/** How nearly every client writes it. */
const PLAIN_BEARER = `Bearer ${KEY_PREFIX.model}`;

/** A well-formed model key, taken from the request's headers. Whether there is such a key is another question. */
function modelKeyOf({ headers }: IncomingMessage): string {
  const { authorization, 'x-api-key': header } = headers;
  const isPlain = header === undefined && authorization?.startsWith(PLAIN_BEARER) === true;
  const key = isPlain
    ? authorization.slice('Bearer '.length)
    : credential({ authorization, apiKey: Array.isArray(header) ? header[0] : header });
  requireModelKey(key);
  return key;
}

function requireModelKey(key: string): void {
  const kind = platformKeyKind(key);
  // A mistyped key fails its checksum: it costs no look-up.
  if (kind === undefined)
    throw new AppError('invalid_api_key', 'The API key is malformed; check that it was copied whole.');
  if (kind === 'management') {
    throw new AppError(
      'key_kind_not_allowed',
      'A management key cannot call models; use a model key (sk-aigc-…).',
    );
  }
}

/** Why a known key may not be used at this moment from this address; null: it may. */
function objection(key: KeyEntry, clientIp: string | null): AppError | null {
  if (key.status !== 'active') return new AppError('key_disabled', 'The API key is disabled.');
  if (key.expiresAtMs !== null && key.expiresAtMs <= Date.now()) {
    return new AppError('key_expired', 'The API key has expired.');
  }
  if (key.owner.status !== 'active') {
    return new AppError('user_deactivated', 'The owner of this API key is deactivated.');
  }
  if (key.allowedAddresses !== null) {
    // A block list answers false for what is no address, which here is the safe side.
    const family = clientIp === null ? 0 : isIP(clientIp);
    const isAllowed =
      clientIp !== null &&
      family !== 0 &&
      key.allowedAddresses.check(clientIp, family === 6 ? 'ipv6' : 'ipv4');
    if (!isAllowed) {
      return new AppError('ip_not_allowed', 'This API key may not be used from your address.');
    }
  }
  return null;
}

/** @throws AppError; the refusal of a key that is known is entered in the log */
function admitKey(deps: GatewayDeps, identified: Identified, key: KeyEntry | null): Authenticated {
  if (key === null) throw new AppError('invalid_api_key', 'The API key is unknown or was deleted.');
  const { owner: user, organisationId, projectId, accountId } = key;
  const authenticated = { ...identified, caller: { user, key, organisationId, projectId, accountId } };
  const refusal = objection(key, identified.clientIp);
  if (refusal !== null) {
    refuse(deps, authenticated, refusal);
    throw refusal;
  }
  return authenticated;
}

async function callerOfSession(deps: GatewayDeps, req: IncomingMessage): Promise<Caller> {
  const { userId, organisationId, projectId } = await deps.sessionActor(req);
  const [user, accountId] = await Promise.all([
    deps.snapshot.findUser(userId),
    deps.accountOf(organisationId),
  ]);
  if (user === null) throw new AppError('unauthenticated', 'Sign in first.');
  return { user, key: null, organisationId, projectId, accountId };
}

/** Adds who calls: the owner of a key, or in the playground the signed-in user. At once if memory knows the key. */
export function authenticate(
  deps: GatewayDeps,
  identified: Identified,
): Authenticated | Promise<Authenticated> {
  const { req } = identified.reply;
  if (identified.source === 'playground') {
    return callerOfSession(deps, req).then((caller) => ({ ...identified, caller }));
  }
  const key = deps.snapshot.findKey(modelKeyOf(req));
  return key instanceof Promise
    ? key.then((found) => admitKey(deps, identified, found))
    : admitKey(deps, identified, key);
}
