import { pin } from '../processes/child.ts';
import { GATEWAY_CORE, type BenchContext } from './bench-context.ts';
import { chooseRate } from './choose-rate.ts';
import { SMALL_BODY } from './request-bodies.ts';
import { unaryCost } from './unary-cost.ts';

const CONNECTIONS = 64;

/**
 * One worker against two, at as many calls a worker and at as many calls in all. The first tells what sharing limits,
 * leases and the port costs; in the second each of the two has half of the calls, and few calls are dearer than many.
 */
export async function measureWorkers(context: BenchContext): Promise<void> {
  const { ours, findings, options, say, startAnother } = context;
  const two = await startAnother({ core: null, env: { WORKERS: '2' } });
  pin(ours.pids(), null);
  try {
    const load = { body: SMALL_BODY, connections: CONNECTIONS };
    const callsPerSecond = await chooseRate(context, [ours, two], { ...load, callsPerSecond: 300 });
    say(`workers: ${callsPerSecond} calls/s over ${CONNECTIONS} connections, one worker and two`);
    for (let round = 1; round <= options.rounds; round += 1) {
      const given = { ...load, callsPerSecond, seed: round };
      const single = await unaryCost(context, ours, given);
      const double = await unaryCost(context, two, given);
      const half = await unaryCost(context, ours, { ...given, callsPerSecond: callsPerSecond / 2 });
      findings.add('two_worker_speedup', (2 * half.cpuUsPerCall) / double.cpuUsPerCall);
      findings.add('two_worker_speedup_same_rate', (2 * single.cpuUsPerCall) / double.cpuUsPerCall);
      findings.note({
        measurement: 'workers',
        round,
        callsPerSecond,
        one: single,
        two: double,
        oneAtHalf: half,
      });
      say(
        `  round ${round}: one ${single.cpuUsPerCall.toFixed(1)} µs, two ${double.cpuUsPerCall.toFixed(1)} µs; ` +
          `one at half the rate ${half.cpuUsPerCall.toFixed(1)} µs`,
      );
    }
  } finally {
    pin(ours.pids(), GATEWAY_CORE);
    await two.stop();
  }
}
