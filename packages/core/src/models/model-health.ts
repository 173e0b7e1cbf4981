import type { LastTest, PlazaModel } from '@aigc/shared/schemas/models';

type Health = PlazaModel['health'];

/** Calls of one model in the last day. */
export interface LastDay {
  calls: number;
  failed: number;
  /** Those of the failed that the upstream is to blame for; a caller's mistake says nothing about a model. */
  upstreamFailed: number;
  /** Median time to first token of the streams among them. */
  ttftP50Ms: number | null;
  /** Start of the last hour that has a call. */
  lastHour: Date | null;
}

export const NO_CALLS: LastDay = { calls: 0, failed: 0, upstreamFailed: 0, ttftP50Ms: null, lastHour: null };

/** Waiting longer than this for a first sign of an answer is felt as slow. */
const SLOW_MS = 5_000;
/** From half of its calls failing on, a model is better avoided. */
const FAILING_SHARE = 0.5;
/** One failure in ten is noticed. */
const SHAKY_SHARE = 0.1;

/** What the newest evidence says: a test outweighs the calls of hours before it. */
export function healthOf(lastTest: LastTest | null, lastDay: LastDay): Health {
  const testIsNewer =
    lastTest !== null &&
    (lastDay.lastHour === null || Date.parse(lastTest.tested_at) > lastDay.lastHour.getTime());
  if (testIsNewer) return healthOfTest(lastTest);
  return lastDay.calls === 0 ? 'unknown' : healthOfCalls(lastDay);
}

function healthOfTest(test: LastTest): Health {
  if (!test.ok) return 'failing';
  return test.latency_ms !== null && test.latency_ms > SLOW_MS ? 'slow' : 'ok';
}

function healthOfCalls(day: LastDay): Health {
  const share = day.upstreamFailed / day.calls;
  if (share >= FAILING_SHARE) return 'failing';
  if (share >= SHAKY_SHARE) return 'slow';
  return day.ttftP50Ms !== null && day.ttftP50Ms > SLOW_MS ? 'slow' : 'ok';
}
