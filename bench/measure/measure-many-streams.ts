import { OTHER_CORE, type BenchContext } from './bench-context.ts';
import { streamCost } from './stream-cost.ts';
import { startMockUpstream } from '../upstream/upstream-process.ts';

const STREAMS = 10_000;
const RAMP_MS = 12_000;
const CHUNK_EVERY_MS = 1_000;

/** 10,000 open streams over two workers: every one of them ends whole. Each process needs 20,000 open files. */
export async function measureManyStreams(context: BenchContext): Promise<void> {
  const { findings, say, startAnother, ours } = context;
  // Two cores have enough to do with one installation.
  await ours.pause();
  const mock = await startMockUpstream(CHUNK_EVERY_MS, OTHER_CORE);
  const two = await startAnother({ core: null, env: { WORKERS: '2' } }, mock);
  try {
    say(`streams_10000: ${STREAMS} streams, a chunk each ${CHUNK_EVERY_MS} ms`);
    const cost = await streamCost({ ...context, mock }, two, { streams: STREAMS, rampMs: RAMP_MS });
    findings.add('streams_10000_rss_mib', cost.rssMib);
    findings.add('streams_10000_failed', cost.failed);
    findings.note({ measurement: 'streams_10000', ...cost });
    say(`  ${cost.completed} ended whole, ${cost.failed} failed, ${cost.rssMib.toFixed(0)} MiB`);
  } finally {
    await two.stop();
    await mock.stop();
  }
}
