import type { OwnProviderKey } from '@aigc/db/entities/own-provider-key';
import type { Provider } from '@aigc/db/entities/provider';
import { providerDefinitions } from '@aigc/providers/registry';
import type { OwnKey } from '@aigc/shared/schemas/own-keys';
import { originOf } from '../upstreams/secret-bindings.ts';

/** A provider with the user's own key for it, if there is one: that there is and how it ends, never the key. */
export function toOwnKey(provider: Provider, key: OwnProviderKey | null, modelCount: number): OwnKey {
  return {
    provider_id: provider.id,
    provider_name: provider.name,
    preset: provider.preset ?? null,
    model_count: modelCount,
    is_multiline: isMultiline(provider.dialect),
    has_key: key !== null,
    api_key_hint: key?.apiKeyHint ?? null,
    is_used: key?.isUsed ?? false,
    is_outdated: key !== null && key.origin !== originOf(provider.baseUrl),
    updated_at: key?.updatedAt.toISOString() ?? null,
  };
}

/** Of a plug-in that is not loaded nothing is known. */
function isMultiline(dialect: string): boolean {
  const definition = providerDefinitions().find(({ id }) => id === dialect);
  return definition?.form?.secret?.isMultiline === true;
}

/** What the audit log keeps of an own key. */
export function auditedOwnKey(key: OwnProviderKey): Record<string, unknown> {
  return { provider_id: key.provider, is_used: key.isUsed, api_key_hint: key.apiKeyHint ?? null };
}
