import type { BenchContext } from './bench-context.ts';
import { streamCost } from './stream-cost.ts';

const STREAMS = 1_000;
const RAMP_MS = 1_500;

/** 1,000 paced streams at once through the product and the bare dispatch. */
export async function measureChunk(context: BenchContext): Promise<void> {
  const { ours, dispatch, findings, options, say } = context;
  say(`chunk: ${STREAMS} paced streams at once`);
  // A process that serves nothing else: what earlier load has left in its heap is not theirs.
  await ours.restart();
  const given = { streams: STREAMS, rampMs: RAMP_MS };
  for (let round = 1; round <= options.rounds; round += 1) {
    const our = await streamCost(context, ours, given);
    const bare = await streamCost(context, dispatch, given);
    findings.add('chunk_cpu_vs_dispatch', our.cpuUsPerChunk / bare.cpuUsPerChunk);
    findings.add('rss_mib_1000_streams', our.rssMib);
    findings.note({ measurement: 'chunk', round, ours: our, dispatch: bare });
    say(
      `  round ${round}: ours ${our.cpuUsPerChunk.toFixed(1)} µs per chunk and ${our.rssMib.toFixed(0)} MiB, ` +
        `dispatch ${bare.cpuUsPerChunk.toFixed(1)} µs and ${bare.rssMib.toFixed(0)} MiB`,
    );
  }
}
