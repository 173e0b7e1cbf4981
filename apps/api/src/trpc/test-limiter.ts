import { refusal } from '@aigc/shared/refusals';

/** Enough for a person who tries addresses; too little to scan ports with. */
const MAX_PER_MINUTE = 10;
const MAX_AT_ONCE = 2;
const WINDOW_MS = 60_000;
/** A test that nobody waits for any more frees its place after this time at the latest. */
const LONGEST_TEST_MS = 3 * 60_000;
/** The same for one whose events nobody has asked for yet. */
const LONGEST_WAIT_MS = 2_000;

interface Test {
  enteredMs: number;
  /** It takes a place until then, or until it has ended. */
  runsUntilMs: number;
}

/** A test that has been let in. */
export interface AdmittedTest {
  begin(): void;
  end(): void;
}

/** Bounds the connection and model tests of each user. */
export interface TestLimiter {
  /** Counts a test. @throws AppError `rate_limit_exceeded` */
  enter(userId: string): AdmittedTest | Promise<AdmittedTest>;
}

/** Counts in this process's memory and answers at once. */
export interface MemoryTestLimiter extends TestLimiter {
  enter(userId: string): AdmittedTest;
}

/** `now` is a monotonic clock in milliseconds. */
export function createTestLimiter(now: () => number = () => performance.now()): MemoryTestLimiter {
  const tests = new Map<string, Test[]>();

  function forgetOld(): void {
    for (const [userId, started] of tests) {
      const kept = started.filter((test) => isRecent(test) || isRunning(test));
      if (kept.length === 0) tests.delete(userId);
      else tests.set(userId, kept);
    }
  }
  const isRecent = (test: Test) => test.enteredMs > now() - WINDOW_MS;
  const isRunning = (test: Test) => test.runsUntilMs > now();

  return {
    enter(userId) {
      forgetOld();
      const own = tests.get(userId) ?? [];
      const recent = own.filter(isRecent);
      const [oldest] = recent;
      if (recent.length >= MAX_PER_MINUTE && oldest !== undefined) {
        const retryAfterSeconds = Math.ceil((oldest.enteredMs + WINDOW_MS - now()) / 1_000);
        const detail = { count: MAX_PER_MINUTE, seconds: retryAfterSeconds };
        throw refusal('tests_per_minute', detail, { retryAfterSeconds });
      }
      if (own.filter(isRunning).length >= MAX_AT_ONCE) {
        throw refusal('tests_at_once', { count: MAX_AT_ONCE }, { retryAfterSeconds: 1 });
      }
      const test: Test = { enteredMs: now(), runsUntilMs: now() + LONGEST_WAIT_MS };
      tests.set(userId, [...own, test]);
      return {
        begin() {
          test.runsUntilMs = now() + LONGEST_TEST_MS;
        },
        end() {
          test.runsUntilMs = 0;
        },
      };
    },
  };
}
