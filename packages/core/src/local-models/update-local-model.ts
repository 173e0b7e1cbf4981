import type { Model } from '@aigc/db/entities/model';
import type { LocalModel, updateLocalModelInputSchema } from '@aigc/shared/schemas/models';
import type { z } from 'zod';
import type { UserActor } from '../actor.ts';
import { changedFields } from '../audit/changed-fields.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { capabilitiesOf } from '../models/capabilities.ts';
import { forgetTests } from '../models/forget-tests.ts';
import { namingConflicts } from '../name-conflicts.ts';
import { localKeyBinding } from '../upstreams/secret-bindings.ts';
import { requireUpstreamAddress, type UpstreamDeps } from '../upstreams/upstream-address.ts';
import { decideKey } from '../upstreams/upstream-key.ts';
import { takeVersion } from '../versions/take-version.ts';
import { findOwnLocalModel } from './find-own-local-model.ts';
import { auditedLocalModel, toLocalModel } from './local-model-view.ts';
import { localTitleTaken, requireFreeLocalTitle } from './local-title-conflict.ts';

export type UpdateLocalModelInput = z.output<typeof updateLocalModelInputSchema>;

/**
 * Changes a local model of the actor. A key left out stays, an empty one is removed; an address on another
 * server needs the key again.
 * @throws AppError `not_found`, `edit_conflict`, `conflict` on `name`, `invalid_field` on `base_url` or `api_key`, `address_forbidden`
 */
export async function updateLocalModel(
  deps: UpstreamDeps,
  actor: UserActor,
  input: UpdateLocalModelInput,
): Promise<LocalModel> {
  return namingConflicts({ models_local_title: localTitleTaken(input.name ?? '') }, () =>
    deps.em.transactional(async (em) => {
      const model = await findOwnLocalModel(em, actor, input.id);
      model.version = await takeVersion(em, {
        table: 'models',
        id: model.id,
        given: input.version,
        audited: { targetType: 'model', targetId: model.id, action: 'local_model.update' },
        current: async () => toLocalModel(await em.refreshOrFail(model)),
      });
      const before = auditedLocalModel(model);
      if (input.base_url !== undefined) requireUpstreamAddress(deps, actor, input.base_url);
      if (input.name !== undefined && input.name !== model.title) {
        await requireFreeLocalTitle(em, { title: input.name, userId: actor.userId, exceptId: model.id });
      }
      const keyChanged = applyConnection(deps, actor, { model, input });
      applyRest(model, input);
      const after = auditedLocalModel(model);
      if (keyChanged || connectionOf(before) !== connectionOf(after)) model.lastTest = null;
      if (connectionOf(before) !== connectionOf(after)) forgetTests(model);
      await em.flush();
      const changed = changedFields(before, after);
      await recordAudit(em, actor, {
        action: 'local_model.update',
        targetType: 'model',
        targetId: model.id,
        before: changed.before,
        after: { ...changed.after, ...(keyChanged ? { api_key_changed: true } : {}) },
      });
      return toLocalModel(model);
    }),
  );
}

interface ConnectionChange {
  model: Model;
  input: UpdateLocalModelInput;
}

/** Address and key together, because the key is sealed to the address. Returns whether the key is another. */
function applyConnection(deps: UpstreamDeps, actor: UserActor, change: ConnectionChange): boolean {
  const { model, input } = change;
  const baseUrlBefore = model.baseUrl ?? '';
  const baseUrl = input.base_url ?? baseUrlBefore;
  const decision = decideKey({
    hasKey: (model.localApiKey ?? null) !== null,
    baseUrlBefore,
    baseUrl,
    input: input.api_key,
  });
  model.baseUrl = baseUrl;
  if (decision === 'keep') return false;
  const key = decision.replace;
  const binding = localKeyBinding({ id: model.id, userId: actor.userId, baseUrl });
  model.localApiKey = key === null ? null : deps.secrets.seal(key, binding);
  return true;
}

function applyRest(model: Model, input: UpdateLocalModelInput): void {
  model.title = input.name ?? model.title;
  if (input.upstream_model !== undefined) model.upstreamModel = input.upstream_model;
  if (input.type !== undefined && input.type !== model.type) {
    model.type = input.type;
    model.capabilities = capabilitiesOf(input.type);
  }
  model.isApiEnabled = input.is_api_enabled ?? model.isApiEnabled;
}

/** What a connection test spoke to; when it changes, the last test says nothing any more. */
function connectionOf(audited: Record<string, unknown>): string {
  const { name, base_url, upstream_model, type } = audited;
  return JSON.stringify([base_url, upstream_model ?? name, type]);
}
