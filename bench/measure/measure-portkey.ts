import type { Gateway } from '../gateways/gateway.ts';
import type { BenchContext } from './bench-context.ts';
import { chooseRate } from './choose-rate.ts';
import { SMALL_BODY } from './request-bodies.ts';
import { unaryCost } from './unary-cost.ts';
import { warmUp } from './warm-up.ts';

const CALLERS = 64;

/**
 * Small unary calls through Portkey's gateway and the product: under as many callers, each of which calls again once it
 * is answered, and at the rate that Portkey's can take. At that rate the product is nearly idle, and what an idle
 * machine forgets between calls is most of what they cost.
 */
export async function measurePortkey(context: BenchContext, portkey: Gateway): Promise<void> {
  const { ours, findings, options, say } = context;
  const load = { body: SMALL_BODY, connections: CALLERS };
  const busy = { ...load, callsPerSecond: null };
  await warmUp(context, [portkey, ours], busy);
  const callsPerSecond = await chooseRate(context, [portkey, ours], { ...load, callsPerSecond: 100 });
  say(`portkey: ${CALLERS} busy callers, and ${callsPerSecond} calls/s`);
  for (let round = 1; round <= options.rounds; round += 1) {
    const [our, theirs] = [
      await unaryCost(context, ours, { ...busy, seed: round }),
      await unaryCost(context, portkey, { ...busy, seed: round }),
    ];
    const paced = { ...load, callsPerSecond, seed: round };
    const [ourPaced, theirPaced] = [
      await unaryCost(context, ours, paced),
      await unaryCost(context, portkey, paced),
    ];
    findings.add('portkey_cpu_vs_ours', theirs.cpuUsPerCall / our.cpuUsPerCall);
    findings.add('portkey_cpu_vs_ours_same_rate', theirPaced.cpuUsPerCall / ourPaced.cpuUsPerCall);
    findings.note({ measurement: 'portkey', round, ours: our, portkey: theirs });
    findings.note({
      measurement: 'portkey at its rate',
      round,
      callsPerSecond,
      ours: ourPaced,
      portkey: theirPaced,
    });
    say(
      `  round ${round}: Portkey ${theirs.cpuUsPerCall.toFixed(0)} µs, ours ${our.cpuUsPerCall.toFixed(1)} µs; ` +
        `at the rate ${theirPaced.cpuUsPerCall.toFixed(0)} and ${ourPaced.cpuUsPerCall.toFixed(0)} µs`,
    );
  }
}
