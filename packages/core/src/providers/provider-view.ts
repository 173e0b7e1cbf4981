import type { Provider as ProviderRow } from '@aigc/db/entities/provider';
import type { Provider } from '@aigc/shared/schemas/providers';

/** A provider as administrators see it: that it has a key and how the key ends, never the key. */
export function toProvider(row: ProviderRow, modelCount: number): Provider {
  return {
    id: row.id,
    name: row.name,
    preset: row.preset ?? null,
    dialect: row.dialect,
    base_url: row.baseUrl,
    settings: row.settings,
    has_api_key: (row.apiKey ?? null) !== null,
    api_key_hint: row.apiKeyHint ?? null,
    status: row.status,
    is_demo: row.preset === 'demo',
    model_count: modelCount,
    version: row.version,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

/** What the audit log keeps of a provider. */
export function auditedProvider(row: ProviderRow): Record<string, unknown> {
  return {
    name: row.name,
    preset: row.preset,
    base_url: row.baseUrl,
    settings: row.settings,
    has_api_key: (row.apiKey ?? null) !== null,
    status: row.status,
  };
}
