import { AppError } from '@aigc/shared/errors';
import {
  createTestLimiter,
  type AdmittedTest,
  type MemoryTestLimiter,
  type TestLimiter,
} from '../trpc/test-limiter.ts';
import type { TestAdmission } from './messages.ts';

/** Longer than a test can take. */
const FORGOTTEN_AFTER_MS = 10 * 60_000;

/** The primary process's side of a limiter for connection and model tests that all workers share. */
export interface TestDesk {
  enter(worker: number, userId: string): TestAdmission;
  begin(id: number): void;
  end(id: number): void;
  /** Ends the tests of a dead worker. */
  forget(worker: number): void;
}

export function createTestDesk(limiter: MemoryTestLimiter = createTestLimiter()): TestDesk {
  const tests = new Map<number, { worker: number; test: AdmittedTest; enteredMs: number }>();
  let lastId = 0;

  function end(id: number): void {
    tests.get(id)?.test.end();
    tests.delete(id);
  }

  /** Nobody may ever have asked for the events of a test that was let in. */
  function forgetOld(): void {
    const sinceMs = performance.now() - FORGOTTEN_AFTER_MS;
    for (const [id, { enteredMs }] of tests) if (enteredMs < sinceMs) tests.delete(id);
  }

  return {
    enter(worker, userId) {
      try {
        const test = limiter.enter(userId);
        forgetOld();
        lastId += 1;
        tests.set(lastId, { worker, test, enteredMs: performance.now() });
        return { admitted: true, id: lastId };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const { message, options } = error;
        return { admitted: false, message, retryAfterSeconds: options.retryAfterSeconds ?? 1 };
      }
    },
    begin: (id) => tests.get(id)?.test.begin(),
    end,
    forget(worker) {
      for (const [id, entry] of tests) if (entry.worker === worker) end(id);
    },
  };
}

/** How a worker reaches the desk. */
export interface TestDeskLink {
  enter(userId: string): Promise<TestAdmission>;
  begin(id: number): void;
  end(id: number): void;
}

/** The worker's side. `local` counts while the desk does not answer. */
export function createSharedTestLimiter(desk: TestDeskLink, local: TestLimiter): TestLimiter {
  return {
    async enter(userId) {
      let admission: TestAdmission;
      try {
        admission = await desk.enter(userId);
      } catch {
        return local.enter(userId);
      }
      if (!admission.admitted) {
        const { message, retryAfterSeconds } = admission;
        throw new AppError('rate_limit_exceeded', message, { retryAfterSeconds });
      }
      const { id } = admission;
      return { begin: () => desk.begin(id), end: () => desk.end(id) };
    },
  };
}
