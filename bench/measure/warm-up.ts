import type { Gateway } from '../gateways/gateway.ts';
import type { BenchContext } from './bench-context.ts';
import { unaryCost, type UnaryLoad } from './unary-cost.ts';

const WINDOW = { warmUpMs: 0, measureMs: 4_000, streamWarmUpMs: 0 };
/** Less than this share cheaper than the cheapest window so far is no longer falling … */
const FALLING_SHARE = 0.03;
/** … once it was so this many windows in a row. */
const STEADY_WINDOWS = 2;
const MAX_WINDOWS = 10;

/**
 * Loads gateways, each alone, until their calls stop becoming cheaper. A process that has served ten thousand calls is
 * still compiling what it runs, on threads whose time counts, and one that was just started for another
 * measurement runs in the interpreter: neither is what a call costs.
 */
export async function warmUp(
  context: BenchContext,
  gateways: readonly Gateway[],
  load: Omit<UnaryLoad, 'seed' | 'durations'>,
): Promise<void> {
  if (context.options.isQuick) return;
  for (const gateway of gateways) {
    let cheapestUs = Infinity;
    let steady = 0;
    for (let window = 1; window <= MAX_WINDOWS && steady < STEADY_WINDOWS; window += 1) {
      const { cpuUsPerCall } = await unaryCost(context, gateway, {
        ...load,
        seed: window,
        durations: WINDOW,
      });
      steady = cpuUsPerCall < cheapestUs * (1 - FALLING_SHARE) ? 0 : steady + 1;
      cheapestUs = Math.min(cheapestUs, cpuUsPerCall);
    }
  }
}
