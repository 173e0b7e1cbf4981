import type { Model } from '@aigc/db/entities/model';
import type { LocalModel } from '@aigc/shared/schemas/models';
import { usualEndpoint } from '@aigc/shared/model-endpoints';
import { resolveEndpoint } from '@aigc/shared/resolve-endpoint';

/** A local model as its owner sees it: that it has a key, never the key. */
export function toLocalModel(model: Model): LocalModel {
  const baseUrl = model.baseUrl ?? '';
  const resolved = resolveEndpoint(baseUrl, usualEndpoint(model.type));
  return {
    id: model.id,
    name: model.title,
    base_url: baseUrl,
    resolved_url: resolved.ok ? resolved.url : baseUrl,
    upstream_model: model.upstreamModel ?? null,
    type: model.type,
    has_api_key: (model.localApiKey ?? null) !== null,
    is_api_enabled: model.isApiEnabled,
    last_test: model.lastTest ?? null,
    version: model.version,
    created_at: model.createdAt.toISOString(),
    updated_at: model.updatedAt.toISOString(),
  };
}

/** What the audit log keeps of a local model. */
export function auditedLocalModel(model: Model): Record<string, unknown> {
  return {
    name: model.title,
    base_url: model.baseUrl,
    upstream_model: model.upstreamModel,
    type: model.type,
    has_api_key: (model.localApiKey ?? null) !== null,
    is_api_enabled: model.isApiEnabled,
  };
}
