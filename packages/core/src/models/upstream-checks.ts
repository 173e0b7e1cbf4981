import { Model } from '@aigc/db/entities/model';
import { ModelUpstream } from '@aigc/db/entities/model-route';
import { Provider } from '@aigc/db/entities/provider';
import type { LastTest, ModelType } from '@aigc/shared/schemas/models';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { openProviderKey } from '../providers/provider-connection.ts';
import { requireAdmin } from '../require-admin.ts';
import { findCloudModel } from './find-cloud-model.ts';
import { readUpstreams } from './model-routing.ts';

/** An upstream of a model, as a check calls it. */
export interface CheckedUpstream {
  isOwn: boolean;
  providerId: number;
  dialect: string;
  settings: Record<string, unknown>;
  baseUrl: string;
  apiKey: string | null;
  upstreamModel: string;
  type: ModelType;
}

/** Every upstream of a model, those that are switched off too. @throws AppError `not_found` */
export async function upstreamsToCheck(deps: Deps, actor: Actor, id: number): Promise<CheckedUpstream[]> {
  requireAdmin(actor);
  const { model } = await findCloudModel(deps.em, id);
  const upstreams = await readUpstreams(deps.em, model);
  const providers = await deps.em.find(Provider, { id: { $in: upstreams.map((each) => each.providerId) } });
  return upstreams.flatMap(({ isOwn, providerId, upstreamModel }) => {
    const provider = providers.find((each) => each.id === providerId);
    if (provider === undefined) return [];
    const { dialect, settings, baseUrl } = provider;
    const apiKey = openProviderKey(deps, provider);
    return [{ isOwn, providerId, dialect, settings, baseUrl, apiKey, upstreamModel, type: model.type }];
  });
}

export interface UpstreamCheck {
  upstream: Pick<CheckedUpstream, 'isOwn' | 'providerId' | 'upstreamModel'>;
  outcome: Omit<LastTest, 'tested_at'>;
}

/**
 * Keeps what a check of a model's upstreams has found: of calls to the model beside each upstream, of looks at the
 * list of models beside its provider.
 */
export async function recordChecks(
  deps: Deps,
  actor: Actor,
  { id, isPaid, checks }: { id: number; isPaid: boolean; checks: readonly UpstreamCheck[] },
): Promise<void> {
  requireAdmin(actor);
  await deps.em.transactional(async (em) => {
    for (const { upstream, outcome } of checks) {
      const found: LastTest = { ...outcome, tested_at: new Date().toISOString() };
      const { isOwn, providerId, upstreamModel } = upstream;
      if (!isPaid) await em.nativeUpdate(Provider, { id: providerId }, { lastCheck: found });
      else if (isOwn) await em.nativeUpdate(Model, { id, provider: providerId }, { lastTest: found });
      else {
        await em.nativeUpdate(
          ModelUpstream,
          { model: id, provider: providerId, upstreamModel },
          { lastTest: found },
        );
      }
    }
    await recordAudit(em, actor, {
      action: 'model.check_upstreams',
      targetType: 'model',
      targetId: id,
      after: {
        is_paid: isPaid,
        upstreams: checks.map(({ upstream, outcome }) => ({ ...upstream, ...outcome })),
      },
    });
  });
}
