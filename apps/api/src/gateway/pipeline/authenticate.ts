import type { IncomingMessage } from 'node:http';
import type { EntityManager } from '@aigc/db/orm';
import { AppError } from '@aigc/shared/errors';
import { looksLikePlatformKey, platformKeyKind } from '@aigc/shared/platform-key';
import type { GatewayDeps } from '../gateway-deps.ts';
import type { Authenticated, Caller, Identified } from './contexts.ts';

const HOW_TO = 'Send a key of this platform as "Authorization: Bearer sk-aigc-…".';

/**
 * The platform key among a request's credentials. Clients may send both headers (Anthropic's do when both
 * are configured): the one with our prefix counts, and two different ones of ours are refused.
 */
function credential(req: IncomingMessage): string {
  const bearer = /^Bearer\s+(.+)$/i.exec(req.headers.authorization ?? '')?.[1]?.trim();
  const header = req.headers['x-api-key'];
  const apiKey = (Array.isArray(header) ? header[0] : header)?.trim();
  const given = [bearer, apiKey].filter((text): text is string => text !== undefined && text !== '');
  if (given.length === 0) throw new AppError('invalid_api_key', `No API key was sent. ${HOW_TO}`);
  const ours = new Set(given.filter((text) => looksLikePlatformKey(text)));
  if (ours.size > 1) {
    throw new AppError(
      'conflicting_credentials',
      'Authorization and x-api-key hold two different keys; send one.',
    );
  }
  const [key] = ours;
  if (key === undefined)
    throw new AppError('invalid_api_key', `The API key is not one of this platform. ${HOW_TO}`);
  return key;
}

interface KeyRow {
  id: number;
  status: string;
  user_status: string;
  user_id: string;
  project_id: string;
  organisation_id: string;
  account_id: string;
}

async function findKey(em: EntityManager, hashes: string[]): Promise<KeyRow | undefined> {
  const rows = await em.execute<KeyRow[]>(
    `select k.id, k.status, u.status as user_status, k.user_id, k.project_id, p.organisation_id, a.id as account_id
     from aigcspace.platform_api_key k
     join aigcspace.users u on u.id = k.user_id
     join aigcspace.projects p on p.id = k.project_id
     join aigcspace.accounts a on a.organisation_id = p.organisation_id
     where k.api_key in (${hashes.map(() => '?').join(', ')})`,
    hashes,
  );
  return rows[0];
}

async function callerOfKey(deps: GatewayDeps, em: EntityManager, key: string): Promise<Caller> {
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
  const row = await findKey(
    em,
    deps.secrets.keyHashes(key).map(({ hash }) => hash),
  );
  if (row === undefined) throw new AppError('invalid_api_key', 'The API key is unknown or was deleted.');
  if (row.status !== 'active') throw new AppError('key_disabled', 'The API key is disabled.');
  if (row.user_status !== 'active')
    throw new AppError('user_deactivated', 'The owner of this API key is deactivated.');
  return {
    userId: row.user_id,
    organisationId: row.organisation_id,
    projectId: row.project_id,
    accountId: row.account_id,
    apiKeyId: row.id,
  };
}

async function callerOfSession(deps: GatewayDeps, em: EntityManager, req: IncomingMessage): Promise<Caller> {
  const actor = await deps.sessionActor(req);
  const rows = await em.execute<{ id: string }[]>(
    'select id from aigcspace.accounts where organisation_id = ?',
    [actor.organisationId],
  );
  const account = rows[0];
  if (account === undefined) throw new Error(`organisation ${actor.organisationId} has no account`);
  const { userId, organisationId, projectId } = actor;
  return { userId, organisationId, projectId, accountId: account.id, apiKeyId: null };
}

/** Adds who calls: the owner of a key, or in the playground the signed-in user. */
export async function authenticate(
  deps: GatewayDeps,
  em: EntityManager,
  { req, identified }: { req: IncomingMessage; identified: Identified },
): Promise<Authenticated> {
  const caller =
    identified.source === 'playground'
      ? await callerOfSession(deps, em, req)
      : await callerOfKey(deps, em, credential(req));
  return { ...identified, caller };
}
