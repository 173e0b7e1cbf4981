import type { PlatformApiKey } from '@aigc/db/entities/platform-api-key';
import type { ApiKey } from '@aigc/shared/schemas/keys';

/** A key as its owner sees it: never the key, never its hash. */
export function toApiKey(key: PlatformApiKey): ApiKey {
  return {
    id: key.id,
    name: key.name,
    kind: key.kind,
    api_key_prefix: key.apiKeyPrefix,
    last_four: key.lastFour,
    status: key.status,
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
    created_at: key.createdAt.toISOString(),
    updated_at: key.updatedAt.toISOString(),
  };
}
