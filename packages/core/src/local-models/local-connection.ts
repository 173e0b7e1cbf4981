import type { ModelType, testLocalModelInputSchema } from '@aigc/shared/schemas/models';
import { refusal } from '@aigc/shared/refusals';
import type { z } from 'zod';
import type { UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import type { TestTarget } from '../upstreams/record-test.ts';
import { localKeyBinding } from '../upstreams/secret-bindings.ts';
import { requireWellFormedAddress } from '../upstreams/upstream-address.ts';
import { decideKey, readKey } from '../upstreams/upstream-key.ts';
import { findOwnLocalModel } from './find-own-local-model.ts';

export type TestLocalModelInput = z.output<typeof testLocalModelInputSchema>;

export interface LocalConnection {
  baseUrl: string;
  apiKey: string | null;
  /** Null: the form names no model yet. */
  model: string | null;
  type: ModelType;
  /** The saved model, if what is tested is exactly that. */
  saved: TestTarget | null;
}

/**
 * What a connection test is to call: a saved model of the actor, what a form holds, or a saved model with
 * the form's changes. A saved key goes only to the server it was entered for.
 * @throws AppError `not_found`, `missing_field` or `invalid_field` on `base_url` or `api_key`.
 * Whether the address may be called is the test's own first answer.
 */
export async function localConnection(
  deps: Deps,
  actor: UserActor,
  input: TestLocalModelInput,
): Promise<LocalConnection> {
  return input.id === undefined
    ? formConnection(input)
    : savedConnection(deps, actor, { ...input, id: input.id });
}

function formConnection(input: TestLocalModelInput): LocalConnection {
  const baseUrl = input.base_url;
  if (baseUrl === undefined) {
    throw refusal('address_to_test_missing', {}, { param: 'base_url' });
  }
  requireWellFormedAddress(baseUrl);
  return {
    baseUrl,
    apiKey: readKey(input.api_key ?? ''),
    model: input.upstream_model ?? null,
    type: input.type ?? 'language',
    saved: null,
  };
}

async function savedConnection(
  deps: Deps,
  actor: UserActor,
  input: TestLocalModelInput & { id: number },
): Promise<LocalConnection> {
  const model = await findOwnLocalModel(deps.em, actor, input.id);
  const baseUrlBefore = model.baseUrl ?? '';
  const baseUrl = input.base_url ?? baseUrlBefore;
  requireWellFormedAddress(baseUrl);
  const sealed = model.localApiKey ?? null;
  const decision = decideKey({ hasKey: sealed !== null, baseUrlBefore, baseUrl, input: input.api_key });
  const binding = localKeyBinding({ id: model.id, userId: actor.userId, baseUrl });
  const savedKey = () => (sealed === null ? null : deps.secrets.open(sealed, binding));
  const upstreamModel = input.upstream_model === undefined ? model.upstreamModel : input.upstream_model;
  const type = input.type ?? model.type;
  const isUnchanged =
    decision === 'keep' &&
    baseUrl === baseUrlBefore &&
    (upstreamModel ?? null) === (model.upstreamModel ?? null) &&
    type === model.type;
  return {
    baseUrl,
    apiKey: decision === 'keep' ? savedKey() : decision.replace,
    model: upstreamModel ?? model.title,
    type,
    saved: isUnchanged ? { modelId: model.id, updatedAt: model.updatedAt } : null,
  };
}
