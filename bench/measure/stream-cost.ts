import type { Gateway } from '../gateways/gateway.ts';
import type { StreamResult } from '../load/load-plan.ts';
import { cpuTimeUs, residentBytes } from '../processes/cpu-time.ts';
import type { MockUpstream } from '../upstream/upstream-process.ts';
import type { BenchContext } from './bench-context.ts';
import { STREAM_BODY } from './request-bodies.ts';
import { sayFailures } from './say-failures.ts';

const MIB = 1024 * 1024;
const LOOK_EVERY_MS = 500;

export interface StreamCost extends StreamResult {
  cpuUsPerChunk: number;
  chunks: number;
  /** The most that was seen in RAM while the streams ran. */
  rssMib: number;
}

/** CPU time per chunk of a gateway that relays many paced streams at once. */
export async function streamCost(
  { load, durations, say, mock }: Pick<BenchContext, 'load' | 'durations' | 'say'> & { mock: MockUpstream },
  gateway: Gateway,
  { streams, rampMs }: { streams: number; rampMs: number },
): Promise<StreamCost> {
  const pids = gateway.pids();
  let cpuUs = 0;
  let peakBytes = 0;
  let before = mock.counts();
  let after = before;
  const look = (): void => void (peakBytes = Math.max(peakBytes, residentBytes(pids)));
  let timer: NodeJS.Timeout | undefined;
  const result = await load.run(
    {
      kind: 'streams',
      target: gateway.target,
      body: STREAM_BODY,
      streams,
      rampMs,
      warmUpMs: durations.streamWarmUpMs,
      measureMs: durations.measureMs,
    },
    {
      onStart() {
        cpuUs = cpuTimeUs(pids);
        before = mock.counts();
        timer = setInterval(look, LOOK_EVERY_MS);
      },
      onEnd() {
        cpuUs = cpuTimeUs(pids) - cpuUs;
        // Asked one after the other: they share a channel.
        after = mock.counts().then(async (counts) => {
          await mock.finishStreams();
          return counts;
        });
        clearInterval(timer);
        look();
      },
    },
  );
  const chunks = (await after).chunks - (await before).chunks;
  if (result.failed > 0) sayFailures(say, gateway, result);
  return { ...result, chunks, cpuUsPerChunk: cpuUs / chunks, rssMib: peakBytes / MIB };
}
