import type { Conformance } from '@aigc/shared/schemas/conformance';
import type { UserActor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import type { TestTarget } from '../upstreams/record-test.ts';

export interface ConformanceRecord {
  saved: TestTarget;
  /** Whom the probes called, as `scheme://host:port`. */
  origin: string;
  conformance: Conformance;
}

/**
 * Keeps what probes of a model found, beside what earlier ones found of what was not asked now, unless the model has been
 * changed since they began; and writes down that they ran.
 */
export async function recordConformance(
  deps: Deps,
  actor: UserActor,
  record: ConformanceRecord,
): Promise<void> {
  const { saved, origin, conformance } = record;
  const verdicts = Object.fromEntries(conformance.results.map(({ probe, verdict }) => [probe, verdict]));
  await deps.em.transactional(async (em) => {
    const [row] = await em.execute<{ conformance: Conformance | null }[]>(
      `select conformance from aigcspace.models
       where id = ? and date_trunc('milliseconds', updated_at) = ? for update`,
      [saved.modelId, saved.updatedAt],
    );
    if (row !== undefined) {
      const merged = mergeConformance(row.conformance, conformance);
      await em.execute('update aigcspace.models set conformance = ?::jsonb where id = ?', [
        JSON.stringify(merged),
        saved.modelId,
      ]);
    }
    await recordAudit(em, actor, {
      action: 'model.probe',
      targetType: 'model',
      targetId: saved.modelId,
      after: { origin, ...verdicts },
    });
  });
}

/** What is known after a run: its own results, and those of before that it did not ask for again. */
export function mergeConformance(before: Conformance | null, now: Conformance): Conformance {
  const asked = new Set(now.results.map(({ probe }) => probe));
  const kept = before?.results.filter(({ probe }) => !asked.has(probe)) ?? [];
  return { tested_at: now.tested_at, results: [...kept, ...now.results] };
}
