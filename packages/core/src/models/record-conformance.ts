import type { Conformance, ProbeResult } from '@aigc/shared/schemas/conformance';
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

/**
 * What is known after a run. What was not asked, or could not be told now, stays as it was found before: an outage takes
 * nothing away that a model was seen to do.
 */
export function mergeConformance(before: Conformance | null, now: Conformance): Conformance {
  const known = new Map(before?.results.filter(isKnown).map((result) => [result.probe, result]));
  const asked = new Set(now.results.map(({ probe }) => probe));
  const kept = before?.results.filter(({ probe }) => !asked.has(probe)) ?? [];
  const found = now.results.map((result) => (isKnown(result) ? result : (known.get(result.probe) ?? result)));
  const hasNews = before === null || now.results.some(isKnown);
  return { tested_at: hasNews ? now.tested_at : before.tested_at, results: [...kept, ...found] };
}

function isKnown({ verdict }: ProbeResult): boolean {
  return verdict === 'yes' || verdict === 'no';
}
