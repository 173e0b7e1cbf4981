import type { BenchContext } from './bench-context.ts';
import { chooseRate } from './choose-rate.ts';
import { SMALL_BODY } from './request-bodies.ts';
import { unaryCost } from './unary-cost.ts';

const CONNECTIONS = 64;

/** Small unary calls through the product, the bare dispatch and nginx, at one rate. */
export async function measureUnary(context: BenchContext): Promise<void> {
  const { ours, dispatch, nginx, findings, options, say } = context;
  const load = { body: SMALL_BODY, connections: CONNECTIONS };
  const callsPerSecond = await chooseRate(context, [ours, dispatch], { ...load, callsPerSecond: 300 });
  say(`unary: ${callsPerSecond} calls/s over ${CONNECTIONS} connections`);
  if (nginx === null) findings.leaveOut('unary_cpu_vs_nginx', 'nginx is not installed');
  for (let round = 1; round <= options.rounds; round += 1) {
    const given = { ...load, callsPerSecond, seed: round };
    const our = await unaryCost(context, ours, given);
    const bare = await unaryCost(context, dispatch, given);
    const proxy = nginx === null ? null : await unaryCost(context, nginx, given);
    findings.add('unary_cpu_vs_dispatch', our.cpuUsPerCall / bare.cpuUsPerCall);
    if (proxy !== null) findings.add('unary_cpu_vs_nginx', our.cpuUsPerCall / proxy.cpuUsPerCall);
    findings.add('pg_cpu_us_per_call', our.apartUsPerCall);
    findings.note({ measurement: 'unary', round, callsPerSecond, ours: our, dispatch: bare, nginx: proxy });
    say(
      `  round ${round}: ours ${our.cpuUsPerCall.toFixed(1)} µs, dispatch ${bare.cpuUsPerCall.toFixed(1)} µs, ` +
        `nginx ${proxy?.cpuUsPerCall.toFixed(1) ?? '-'} µs, PostgreSQL ${our.apartUsPerCall.toFixed(1)} µs; p50 ${our.p50Ms.toFixed(2)} ms`,
    );
  }
}
