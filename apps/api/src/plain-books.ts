import { setTimeout as delay } from 'node:timers/promises';
import { beginCall } from '@aigc/core/calls/begin-call';
import { NO_USAGE, type CallOutcome } from '@aigc/core/calls/call';
import type { CallBooks, Settlement } from '@aigc/core/calls/call-books';
import { settleCall } from '@aigc/core/calls/settle-call';
import { settleClaim } from '@aigc/core/idempotency/claims';
import type { EntityManager, Orm } from '@aigc/db/orm';
import { AppError } from '@aigc/shared/errors';
import { fromUnits, toUnits } from '@aigc/shared/money-units';
import { toAppError } from './gateway/errors.ts';

const FOREGROUND_PATIENCE_MS = 5000;
const BACKGROUND_PAUSE_MS = 1000;

/** Books that commit every call to PostgreSQL as it begins and as it ends. */
export function createPlainBooks(orm: Orm, instanceId: string): CallBooks {
  const running = new Set<Promise<unknown>>();
  const track = (work: Promise<unknown>): void => {
    running.add(work);
    void work.finally(() => running.delete(work)).catch(() => undefined);
  };
  async function write({ call, outcome, idempotency }: Settlement): Promise<void> {
    await orm.em.fork().transactional(async (tx: EntityManager) => {
      await settleCall(tx, call, outcome);
      if (idempotency !== null) await settleClaim(tx, idempotency.claimId, idempotency.answer);
    });
  }
  async function writeUntil(settlement: Settlement, giveUpAtMs: number): Promise<void> {
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, BACKGROUND_PAUSE_MS)) {
      try {
        await write(settlement);
        return;
      } catch (error) {
        const isAway = toAppError(error).code === 'service_unavailable';
        if (!isAway || performance.now() + pauseMs > giveUpAtMs) throw error;
        await delay(pauseMs);
      }
    }
  }
  function late(outcome: CallOutcome, error: AppError): CallOutcome {
    const failed = {
      ...outcome,
      status: 'failed',
      errorCode: error.code,
      errorMessage: error.message,
    } as const;
    return outcome.ttftMs !== null
      ? failed
      : { ...failed, usage: NO_USAGE, bill: '0', httpStatus: error.status };
  }
  async function settle(settlement: Settlement): Promise<void> {
    try {
      await writeUntil(settlement, performance.now() + FOREGROUND_PATIENCE_MS);
    } catch (cause) {
      const error = toAppError(cause);
      if (error.code === 'service_unavailable') {
        const outcome =
          settlement.outcome.status === 'success' ? late(settlement.outcome, error) : settlement.outcome;
        track(writeUntil({ ...settlement, outcome }, Infinity));
      }
      throw error;
    }
  }
  return {
    async begin(call, { accountId, amount }) {
      const options = { instanceId, accountId, amount: fromUnits(amount) };
      const begun = await beginCall(orm.em.fork(), call, options);
      return begun.begun ? begun : { begun: false, lacking: 'balance', available: toUnits(begun.available) };
    },
    settle(settlement) {
      const work = settle(settlement);
      track(work);
      return work;
    },
    refuse(call, outcome) {
      track(settleCall(orm.em.fork(), call, outcome).catch(() => undefined));
    },
    async flush() {
      while (running.size > 0) await Promise.allSettled(running);
      return true;
    },
    status: () => ({
      undrainedCalls: running.size,
      undrainedBytes: 0,
      oldestUndrainedMs: 0,
      quarantined: 0,
      leases: 0,
      idleLeased: '0',
      acceptsCalls: true,
    }),
    async close() {
      await this.flush(0);
    },
  };
}
