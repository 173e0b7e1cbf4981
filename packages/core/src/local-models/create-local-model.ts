import { Model } from '@aigc/db/entities/model';
import { refusal } from '@aigc/shared/refusals';
import type { createLocalModelInputSchema, LocalModel } from '@aigc/shared/schemas/models';
import type { z } from 'zod';
import type { UserActor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { lockUser } from '../lock-user.ts';
import { capabilitiesOf } from '../models/capabilities.ts';
import { namingConflicts } from '../name-conflicts.ts';
import { nextId } from '../upstreams/next-id.ts';
import { localKeyBinding } from '../upstreams/secret-bindings.ts';
import { requireUpstreamAddress, type UpstreamDeps } from '../upstreams/upstream-address.ts';
import { readKey } from '../upstreams/upstream-key.ts';
import { auditedLocalModel, toLocalModel } from './local-model-view.ts';
import { localTitleTaken, requireFreeLocalTitle } from './local-title-conflict.ts';

/** Far more than a person runs; it bounds what one user can fill the table with. */
export const MAX_LOCAL_MODELS_PER_USER = 200;

export type CreateLocalModelInput = z.output<typeof createLocalModelInputSchema>;

/**
 * Adds a local model of the actor, callable at once by them and by nobody else.
 * @throws AppError `conflict` on `name`, `invalid_field` on `base_url` or `api_key`, `address_forbidden`
 */
export async function createLocalModel(
  deps: UpstreamDeps,
  actor: UserActor,
  input: CreateLocalModelInput,
): Promise<LocalModel> {
  requireUpstreamAddress(deps, actor, input.base_url);
  const key = readKey(input.api_key ?? '');
  return namingConflicts({ models_local_title: localTitleTaken(input.name) }, () =>
    deps.em.transactional(async (em) => {
      await lockUser(em, actor.userId);
      const count = await em.count(Model, { isLocal: true, user: actor.userId });
      if (count >= MAX_LOCAL_MODELS_PER_USER) {
        throw refusal('too_many_local_models', { count });
      }
      await requireFreeLocalTitle(em, { title: input.name, userId: actor.userId });
      const id = await nextId(em, 'models');
      const binding = localKeyBinding({ id, userId: actor.userId, baseUrl: input.base_url });
      const model = em.create(Model, {
        id,
        title: input.name,
        type: input.type,
        capabilities: capabilitiesOf(input.type),
        isLocal: true,
        user: actor.userId,
        baseUrl: input.base_url,
        localApiKey: key === null ? null : deps.secrets.seal(key, binding),
        upstreamModel: input.upstream_model ?? null,
        isApiEnabled: true,
        lastTest:
          input.last_test === undefined ? null : { ...input.last_test, tested_at: new Date().toISOString() },
      });
      await em.persist(model).flush();
      await recordAudit(em, actor, {
        action: 'local_model.create',
        targetType: 'model',
        targetId: id,
        after: auditedLocalModel(model),
      });
      return toLocalModel(model);
    }),
  );
}
