import type { ModelType } from '@aigc/shared/schemas/models';
import type { Actor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { openProviderKey } from '../providers/provider-connection.ts';
import { requireAdmin } from '../require-admin.ts';
import type { TestTarget } from '../upstreams/record-test.ts';
import { capabilitiesOf } from './capabilities.ts';
import { findCloudModel } from './find-cloud-model.ts';

export interface ModelConnection {
  dialect: string;
  /** As the dialect's form describes them. */
  settings: Record<string, unknown>;
  baseUrl: string;
  apiKey: string | null;
  /** The upstream's own name for the model. */
  upstreamModel: string;
  type: ModelType;
  acceptsImages: boolean;
  saved: TestTarget;
}

/** How a cloud model is called, for a test of it by an administrator. @throws AppError `not_found` */
export async function modelConnection(deps: Deps, actor: Actor, id: number): Promise<ModelConnection> {
  requireAdmin(actor);
  const { model, provider } = await findCloudModel(deps.em, id);
  return {
    dialect: provider.dialect,
    settings: provider.settings,
    baseUrl: provider.baseUrl,
    apiKey: openProviderKey(deps, provider),
    upstreamModel: model.upstreamModel ?? model.title,
    type: model.type,
    acceptsImages: capabilitiesOf(model.type, model.capabilities).includes('vision'),
    saved: { modelId: model.id, updatedAt: model.updatedAt },
  };
}
