import { displayPrefix, generatePlatformKey } from '@aigc/shared/platform-key';
import type { ApiKey } from '@aigc/shared/schemas/keys';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { viewKey } from './api-key-view.ts';
import { findOwnKey } from './find-own-key.ts';

export interface RotateKeyInput {
  id: number;
  /** How long the text before goes on working. 0: not at all. */
  grace_seconds: number;
}

/**
 * Gives one of the actor's keys, the command line anyone's, another text; all else about it stays. `api_key` is the
 * whole new key: it cannot be read again. A text from before an earlier rotation ends at once.
 * @throws AppError `not_found`
 */
export async function rotateKey(
  deps: Deps,
  actor: Actor,
  { id, grace_seconds: graceSeconds }: RotateKeyInput,
): Promise<ApiKey & { api_key: string }> {
  return deps.em.transactional(async (em) => {
    const key = await findOwnKey(em, actor, id);
    const text = generatePlatformKey(key.kind);
    const before = { api_key_prefix: key.apiKeyPrefix, last_four: key.lastFour };
    const validUntil = graceSeconds === 0 ? null : new Date(Date.now() + graceSeconds * 1_000);
    key.previousApiKey = validUntil === null ? null : key.apiKey;
    key.previousValidUntil = validUntil;
    const { hash, pepperId } = deps.secrets.hashKey(text);
    Object.assign(key, { apiKey: hash, pepperId });
    key.apiKeyPrefix = displayPrefix(text);
    key.lastFour = text.slice(-4);
    await em.flush();
    await recordAudit(em, actor, {
      action: 'api_key.rotate',
      targetType: 'api_key',
      targetId: key.id,
      before,
      after: {
        api_key_prefix: key.apiKeyPrefix,
        last_four: key.lastFour,
        previous_valid_until: validUntil?.toISOString() ?? null,
      },
    });
    return { ...(await viewKey(em, key)), api_key: text };
  });
}
