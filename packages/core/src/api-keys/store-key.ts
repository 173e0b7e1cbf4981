import type { EntityManager } from '@mikro-orm/postgresql';
import { PlatformApiKey } from '@aigc/db/entities/platform-api-key';
import { displayPrefix, type KeyKind } from '@aigc/shared/platform-key';
import type { KeyPolicyInput } from '@aigc/shared/schemas/keys';
import type { Secrets } from '../secrets/secrets.ts';
import { applyPolicy } from './key-policy.ts';

export interface NewKey {
  userId: string;
  projectId: string;
  name: string;
  kind: KeyKind;
  /** The key in full. Only its hash and what lists show of it are kept. */
  key: string;
  /** What it may do; left out: all that its owner may. */
  policy?: KeyPolicyInput;
}

/** Writes a key's row. It neither checks who may have it nor audits: verbs do. @throws AppError on a field of `policy` */
export async function storeKey(em: EntityManager, secrets: Secrets, input: NewKey): Promise<PlatformApiKey> {
  const { hash, pepperId } = secrets.hashKey(input.key);
  const row = em.create(PlatformApiKey, {
    user: input.userId,
    project: input.projectId,
    kind: input.kind,
    apiKey: hash,
    pepperId,
    apiKeyPrefix: displayPrefix(input.key),
    lastFour: input.key.slice(-4),
    name: input.name,
    status: 'active',
  });
  applyPolicy(row, input.policy ?? {});
  await em.persist(row).flush();
  return row;
}
