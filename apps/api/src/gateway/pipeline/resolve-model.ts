import type { EntityManager } from '@aigc/db/orm';
import type { Money } from '@aigc/shared/money';
import type { ModelType } from '@aigc/shared/schemas/models';
import { localKeyBinding, providerKeyBinding } from '@aigc/core/upstreams/secret-bindings';
import { AppError } from '@aigc/shared/errors';
import { providerDefinition } from '@aigc/providers/registry';
import type { GatewayDeps } from '../gateway-deps.ts';
import type { Parsed, ParsedRequest, Resolved } from './contexts.ts';

interface ModelRow {
  id: number;
  title: string;
  type: ModelType;
  is_local: boolean;
  user_id: string | null;
  is_api_enabled: boolean;
  base_url: string;
  sealed_key: string | null;
  upstream_model: string | null;
  context_length: number | null;
  max_output_tokens: number | null;
  input_price: Money | null;
  output_price: Money | null;
  provider_id: number | null;
  provider: string | null;
  dialect: string | null;
}

const SELECT_MODEL = `
  select m.id, m.title, m.type, m.is_local, m.user_id, m.is_api_enabled, m.upstream_model, m.context_length,
    m.max_output_tokens, m.input_price::text, m.output_price::text, m.provider_id,
    coalesce(m.base_url, p.base_url) as base_url, coalesce(m.local_api_key, p.api_key) as sealed_key,
    p.name as provider, p.dialect
  from aigcspace.models m left join aigcspace.providers p on p.id = m.provider_id`;

/** A model by its title: the caller's own local one before the cloud's. Another user's is as good as absent. */
async function byTitle(em: EntityManager, title: string, userId: string): Promise<ModelRow | undefined> {
  const rows = await em.execute<ModelRow[]>(
    `${SELECT_MODEL} where m.title = ? and ((m.is_local and m.user_id = ?) or (not m.is_local and p.status = 'enabled'))
     order by m.is_local desc limit 1`,
    [title, userId],
  );
  return rows[0];
}

/** The model an administrator made active for calls that name none. */
async function active(em: EntityManager, role: 'language' | 'vision'): Promise<ModelRow | undefined> {
  const rows = await em.execute<ModelRow[]>(
    `${SELECT_MODEL} join aigcspace.settings s on s.key = ? and s.value = to_jsonb(m.id)
     where not m.is_local and p.status = 'enabled'`,
    [role === 'vision' ? 'active_vision_model_id' : 'active_language_model_id'],
  );
  return rows[0];
}

async function find(em: EntityManager, request: ParsedRequest, userId: string): Promise<ModelRow> {
  if (request.model !== null) {
    // PostgreSQL text cannot hold NUL, so no title has one.
    const row = request.model.includes('\0') ? undefined : await byTitle(em, request.model, userId);
    if (row !== undefined) return row;
    const name = request.model.slice(0, 100).toWellFormed();
    throw new AppError('model_not_found', `The model "${name}" does not exist or is not available to you.`, {
      param: 'model',
    });
  }
  const role = request.hasImage ? 'vision' : 'language';
  const row = request.endpoint === 'embeddings' ? undefined : await active(em, role);
  if (row !== undefined) return row;
  const why = request.endpoint === 'embeddings' ? '' : ` No active ${role} model is set.`;
  throw new AppError('missing_field', `model is required.${why}`, { param: 'model' });
}

function requireRight(row: ModelRow, request: ParsedRequest): void {
  const wantsEmbedding = request.endpoint === 'embeddings';
  if ((row.type === 'embedding') !== wantsEmbedding) {
    const does = wantsEmbedding ? 'does not make embeddings' : 'makes embeddings and does not chat';
    throw new AppError('invalid_field', `The model "${row.title}" ${does}.`, { param: 'model' });
  }
  if (!row.is_api_enabled) {
    throw new AppError('model_api_disabled', `The model "${row.title}" is not enabled for API calls.`, {
      param: 'model',
    });
  }
  if (!row.is_local && (row.input_price === null || row.output_price === null)) {
    throw new AppError(
      'model_not_priced',
      `The model "${row.title}" has no price yet; an administrator must set one.`,
      {
        param: 'model',
      },
    );
  }
}

function apiKey(deps: GatewayDeps, row: ModelRow): string | null {
  if (row.sealed_key === null) return null;
  const binding =
    row.is_local && row.user_id !== null
      ? localKeyBinding({ id: row.id, userId: row.user_id, baseUrl: row.base_url })
      : providerKeyBinding({ id: row.provider_id ?? 0, baseUrl: row.base_url });
  return deps.secrets.open(row.sealed_key, binding);
}

/** Adds the model, its price at this moment and where it is called, if the caller has the right to it. */
export async function resolveModel(deps: GatewayDeps, em: EntityManager, parsed: Parsed): Promise<Resolved> {
  const row = await find(em, parsed.request, parsed.caller.userId);
  requireRight(row, parsed.request);
  const price =
    row.is_local || row.input_price === null || row.output_price === null
      ? null
      : { inputPrice: row.input_price, outputPrice: row.output_price };
  return {
    ...parsed,
    model: {
      id: row.id,
      title: row.title,
      isLocal: row.is_local,
      price,
      contextLength: row.context_length,
      maxOutputTokens: row.max_output_tokens,
      provider: row.provider,
      definition: providerDefinition(row.dialect ?? 'openai-compatible'),
      target: { baseUrl: row.base_url, model: row.upstream_model ?? row.title, apiKey: apiKey(deps, row) },
      trust: row.is_local ? 'user' : 'operator',
    },
  };
}
