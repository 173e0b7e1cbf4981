import type { Gateway } from '../gateways/gateway.ts';
import { direct } from '../gateways/direct.ts';
import type { SequentialResult } from '../load/load-plan.ts';
import type { BenchContext } from './bench-context.ts';
import { SMALL_BODY } from './request-bodies.ts';
import { sayFailures } from './say-failures.ts';

const CALLS = 2_000;
const QUICK_CALLS = 500;
const WARM_UP_CALLS = 200;

/** What the product adds to the latency of one connection's calls, the journal's sync included. */
export async function measureLatency(context: BenchContext): Promise<void> {
  const { ours, mock, load, findings, options, say } = context;
  const calls = options.isQuick ? QUICK_CALLS : CALLS;
  const plain = direct(mock);
  const measure = (gateway: Gateway): Promise<SequentialResult> =>
    load.run({
      kind: 'sequential',
      target: gateway.target,
      body: SMALL_BODY,
      calls,
      warmUpCalls: WARM_UP_CALLS,
    });
  say(`latency: ${calls} calls, one after the other over one connection`);
  for (let round = 1; round <= options.rounds; round += 1) {
    const our = await measure(ours);
    const bare = await measure(plain);
    if (our.failed > 0) sayFailures(say, ours, our);
    findings.add('added_p50_ms', our.p50Ms - bare.p50Ms);
    findings.add('added_p99_ms', our.p99Ms - bare.p99Ms);
    findings.note({ measurement: 'latency', round, ours: our, direct: bare });
    say(
      `  round ${round}: ours p50 ${our.p50Ms.toFixed(3)} p99 ${our.p99Ms.toFixed(3)} ms, ` +
        `direct p50 ${bare.p50Ms.toFixed(3)} p99 ${bare.p99Ms.toFixed(3)} ms`,
    );
  }
}
