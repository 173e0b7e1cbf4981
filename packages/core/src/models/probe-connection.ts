import { Model } from '@aigc/db/entities/model';
import { refusal } from '@aigc/shared/refusals';
import type { UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { localKeyBinding } from '../upstreams/secret-bindings.ts';
import { modelConnection, type ModelConnection } from './model-connection.ts';

export interface ProbeConnection extends ModelConnection {
  isLocal: boolean;
}

/**
 * How a model is called by probes of it: a cloud model for an administrator, a local one for its owner.
 * @throws AppError `not_found`, also for another user's local model; `forbidden` for a user's probe of a cloud model
 */
export async function probeConnection(deps: Deps, actor: UserActor, id: number): Promise<ProbeConnection> {
  const model = await deps.em.findOne(Model, { id });
  const isTheirs = model !== null && (!model.isLocal || model.user === actor.userId);
  if (!isTheirs) throw refusal('no_such_model', {}, { param: 'id' });
  if (!model.isLocal) return { ...(await modelConnection(deps, actor, id)), isLocal: false };
  const baseUrl = model.baseUrl ?? '';
  const sealed = model.localApiKey ?? null;
  const binding = localKeyBinding({ id, userId: actor.userId, baseUrl });
  return {
    isLocal: true,
    dialect: 'openai-compatible',
    settings: {},
    baseUrl,
    apiKey: sealed === null ? null : deps.secrets.open(sealed, binding),
    upstreamModel: model.upstreamModel ?? model.title,
    type: model.type,
    acceptsImages: true,
    saved: { modelId: id, updatedAt: model.updatedAt },
  };
}
