import type { LastTest } from '@aigc/shared/schemas/models';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';

/** A saved model as it was when its test began. */
export interface TestTarget {
  modelId: number;
  updatedAt: Date;
}

export interface TestRecord {
  action: 'local_model.test' | 'provider.test' | 'model.test';
  targetType: 'model' | 'provider';
  targetId: number | null;
  /** Whom it called, as `scheme://host:port`. */
  origin: string;
  outcome: Omit<LastTest, 'tested_at'>;
  /** Keeps the outcome on the model, unless it has been changed since. */
  saveTo: TestTarget | null;
}

/** Writes down that a test called an upstream and how that went. */
export async function recordTest(deps: Deps, actor: Actor, record: TestRecord): Promise<void> {
  const { saveTo, outcome } = record;
  await deps.em.transactional(async (em) => {
    if (saveTo !== null) {
      const lastTest: LastTest = { ...outcome, tested_at: new Date().toISOString() };
      await em.execute(
        `update aigcspace.models set last_test = ?::jsonb
         where id = ? and date_trunc('milliseconds', updated_at) = ?`,
        [JSON.stringify(lastTest), saveTo.modelId, saveTo.updatedAt],
      );
    }
    await recordAudit(em, actor, {
      action: record.action,
      targetType: record.targetType,
      targetId: record.targetId,
      after: { origin: record.origin, ...outcome },
    });
  });
}
