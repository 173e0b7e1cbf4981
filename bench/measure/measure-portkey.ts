import type { Gateway } from '../gateways/gateway.ts';
import type { BenchContext } from './bench-context.ts';
import { chooseRate } from './choose-rate.ts';
import { SMALL_BODY } from './request-bodies.ts';
import { unaryCost } from './unary-cost.ts';

const CONNECTIONS = 64;

/** Small unary calls through Portkey's gateway and the product, at the rate that Portkey's can take. */
export async function measurePortkey(context: BenchContext, portkey: Gateway): Promise<void> {
  const { ours, findings, options, say } = context;
  const load = { body: SMALL_BODY, connections: CONNECTIONS };
  const callsPerSecond = await chooseRate(context, [portkey, ours], { ...load, callsPerSecond: 100 });
  say(`portkey: ${callsPerSecond} calls/s over ${CONNECTIONS} connections`);
  for (let round = 1; round <= options.rounds; round += 1) {
    const given = { ...load, callsPerSecond, seed: round };
    const our = await unaryCost(context, ours, given);
    const theirs = await unaryCost(context, portkey, given);
    findings.add('portkey_cpu_vs_ours', theirs.cpuUsPerCall / our.cpuUsPerCall);
    findings.note({ measurement: 'portkey', round, callsPerSecond, ours: our, portkey: theirs });
    say(
      `  round ${round}: Portkey ${theirs.cpuUsPerCall.toFixed(0)} µs, ours ${our.cpuUsPerCall.toFixed(1)} µs`,
    );
  }
}
