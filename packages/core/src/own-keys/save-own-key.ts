import type { EntityManager } from '@mikro-orm/postgresql';
import { OwnProviderKey } from '@aigc/db/entities/own-provider-key';
import type { Provider } from '@aigc/db/entities/provider';
import { providerDefinition } from '@aigc/providers/registry';
import { refusal } from '@aigc/shared/refusals';
import type { OwnKey, saveOwnKeyInputSchema } from '@aigc/shared/schemas/own-keys';
import type { z } from 'zod';
import type { UserActor } from '../actor.ts';
import { changedFields } from '../audit/changed-fields.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { lockUser } from '../lock-user.ts';
import { readSecret } from '../providers/dialect-form.ts';
import { nextId } from '../upstreams/next-id.ts';
import { originOf } from '../upstreams/secret-bindings.ts';
import { countCallableModels } from './count-callable-models.ts';
import { findKeyProvider, findOwnKey, noOwnKey } from './find-own-key.ts';
import { ownKeyBinding } from './own-key-binding.ts';
import { auditedOwnKey, toOwnKey } from './own-key-view.ts';

export type SaveOwnKeyInput = z.output<typeof saveOwnKeyInputSchema>;

/**
 * Stores the actor's own key for a provider, or changes whether their calls use it. It is sealed to the provider's
 * server of this moment: if the provider moves, it must be entered again.
 * @throws AppError `not_found` for an unknown provider, or without `api_key` where there is none yet,
 * `invalid_field` on `api_key`
 */
export async function saveOwnKey(deps: Deps, actor: UserActor, input: SaveOwnKeyInput): Promise<OwnKey> {
  return deps.em.transactional(async (em) => {
    // Two that save the same key at the same moment come one after the other.
    await lockUser(em, actor.userId);
    const provider = await findKeyProvider(em, input.provider_id);
    const known = await findOwnKey(em, actor, provider.id);
    const given = input.api_key === undefined ? null : readOwnSecret(provider, input.api_key);
    if (known === null && given === null) throw noOwnKey();
    const key = known ?? (await newKey(em, actor, provider));
    const before = known === null ? null : auditedOwnKey(known);
    if (given !== null) seal(deps, { key, userId: actor.userId, provider, given });
    key.isUsed = input.is_used ?? (given === null ? key.isUsed : true);
    if (key.isUsed && key.origin !== originOf(provider.baseUrl)) {
      throw refusal('own_key_outdated', {}, { param: 'api_key' });
    }
    await em.persist(key).flush();
    const changed =
      before === null
        ? { before: undefined, after: auditedOwnKey(key) }
        : changedFields(before, auditedOwnKey(key));
    await recordAudit(em, actor, {
      action: before === null ? 'own_key.create' : 'own_key.update',
      targetType: 'provider',
      targetId: provider.id,
      ...(changed.before === undefined ? {} : { before: changed.before }),
      after: { ...changed.after, ...(given === null ? {} : { api_key_changed: true }) },
    });
    const counts = await countCallableModels(em);
    return toOwnKey(provider, key, counts.get(provider.id) ?? 0);
  });
}

interface OwnSecret {
  secret: string;
  hint: string | null;
}

/** As the provider's dialect reads its secrets: most are keys, some are the content of a file. */
function readOwnSecret(provider: Provider, input: string): OwnSecret {
  const { secret, hint } = readSecret(providerDefinition(provider.dialect), input);
  if (secret === null) throw refusal('own_key_missing', {}, { param: 'api_key' });
  return { secret, hint };
}

async function newKey(em: EntityManager, actor: UserActor, provider: Provider): Promise<OwnProviderKey> {
  return em.create(OwnProviderKey, {
    id: await nextId(em, 'own_provider_keys'),
    user: actor.userId,
    provider: provider.id,
    apiKey: '',
    origin: '',
  });
}

interface Sealing {
  key: OwnProviderKey;
  userId: string;
  provider: Provider;
  given: OwnSecret;
}

function seal({ secrets }: Deps, { key, userId, provider, given }: Sealing): void {
  key.origin = originOf(provider.baseUrl);
  key.apiKey = secrets.seal(given.secret, ownKeyBinding({ id: key.id, userId, origin: key.origin }));
  key.apiKeyHint = given.hint;
}
