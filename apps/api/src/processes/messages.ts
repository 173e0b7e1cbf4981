import type { Attempt } from '@aigc/core/sessions/throttle';
import type { AdmitAnswer, AdmitAsk, PoolReport } from '../limits/shared/protocol.ts';

/** What a worker needs to begin. */
export interface WorkerStart {
  /** Of the database, which the primary process has started and migrated. */
  connectionString: string;
  /** The port that all workers share; never 0. */
  port: number;
  instanceId: string;
  internalToken: string;
}

export type TestAdmission =
  { admitted: true; id: number } | { admitted: false; message: string; retryAfterSeconds: number };

/** From the primary process to a worker. */
export interface ToWorker {
  tells: {
    start: WorkerStart;
    /** Finish what runs, and exit. */
    stop: null;
    /** Do not wait for what runs any more. */
    force: null;
  };
  asks: {
    'limits.recall': { ask: string; answer: PoolReport };
    'peers.answer': { ask: string; answer: { provided: boolean; answer: unknown } };
  };
}

/** From a worker to the primary process. */
export interface ToPrimary {
  tells: {
    serving: { origin: string };
    /** It cannot start; the message is for the operator. */
    failed: { message: string };
    'limits.settle': readonly PoolReport[];
    'throttle.succeed': Attempt;
    'test.begin': number;
    'test.end': number;
  };
  asks: {
    'limits.admit': { ask: AdmitAsk; answer: AdmitAnswer };
    'throttle.enter': { ask: Attempt; answer: number | null };
    'test.enter': { ask: string; answer: TestAdmission };
    'peers.collect': { ask: string; answer: readonly unknown[] };
  };
}
