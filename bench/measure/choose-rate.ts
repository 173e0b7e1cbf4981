import type { Gateway } from '../gateways/gateway.ts';
import type { BenchContext } from './bench-context.ts';
import { unaryCost } from './unary-cost.ts';
import { warmUp } from './warm-up.ts';

/** How busy the dearer gateway keeps its core at the rate chosen. */
const LOAD_SHARE = 0.65;
const PILOTS = 3;
const PILOT = { warmUpMs: 500, measureMs: 1_500, streamWarmUpMs: 0 };

/**
 * The rate, in calls per second, that keeps the dearest of the gateways busy to two thirds of a core: the same load
 * for all. A call costs less when there are many, so it is felt for in steps; the gateways are warm afterwards.
 */
export async function chooseRate(
  context: BenchContext,
  gateways: readonly Gateway[],
  first: { body: string; callsPerSecond: number; connections: number },
): Promise<number> {
  let { callsPerSecond } = first;
  let isWarm = false;
  for (let pilot = 0; pilot < PILOTS; pilot += 1) {
    let dearestUs = 0;
    for (const gateway of gateways) {
      const { cpuUsPerCall, calls } = await unaryCost(context, gateway, {
        ...first,
        callsPerSecond,
        seed: pilot,
        durations: PILOT,
      });
      if (calls === 0) throw new Error(`${gateway.name} answers no call`);
      dearestUs = Math.max(dearestUs, cpuUsPerCall);
    }
    callsPerSecond = Math.round((LOAD_SHARE * 1_000_000) / dearestUs);
    if (!isWarm) await warmUp(context, gateways, { ...first, callsPerSecond });
    isWarm = true;
  }
  return callsPerSecond;
}
