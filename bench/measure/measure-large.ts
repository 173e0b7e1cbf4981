import type { BenchContext } from './bench-context.ts';
import { chooseRate } from './choose-rate.ts';
import { largeBody } from './request-bodies.ts';
import { unaryCost } from './unary-cost.ts';

const CONNECTIONS = 4;

/** Calls with a 5 MB image in them through the product and the bare dispatch. */
export async function measureLarge(context: BenchContext): Promise<void> {
  const { ours, dispatch, findings, options, say } = context;
  const load = { body: largeBody(), connections: CONNECTIONS };
  const callsPerSecond = Math.min(
    30,
    await chooseRate(context, [ours, dispatch], { ...load, callsPerSecond: 5 }),
  );
  say(`large: ${callsPerSecond} calls/s with ${(load.body.length / 1024 / 1024).toFixed(1)} MiB each`);
  for (let round = 1; round <= options.rounds; round += 1) {
    const given = { ...load, callsPerSecond, seed: round };
    const our = await unaryCost(context, ours, given);
    const bare = await unaryCost(context, dispatch, given);
    findings.add('large_body_cpu_vs_dispatch', our.cpuUsPerCall / bare.cpuUsPerCall);
    findings.note({ measurement: 'large', round, callsPerSecond, ours: our, dispatch: bare });
    say(
      `  round ${round}: ours ${(our.cpuUsPerCall / 1000).toFixed(2)} ms, dispatch ${(bare.cpuUsPerCall / 1000).toFixed(2)} ms of CPU`,
    );
  }
}
