import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startChild, type Core } from '../processes/child.ts';
import type { MockCounts, MockQuestion } from './mock-upstream.ts';

const PROGRAM = fileURLToPath(new URL('mock-upstream.ts', import.meta.url));

export interface MockUpstream {
  port: number;
  /** What it has sent so far. */
  counts(): Promise<MockCounts>;
  /** Lets every open stream end in order. */
  finishStreams(): Promise<void>;
  stop(): Promise<void>;
}

export async function startMockUpstream(chunkEveryMs: number, core: Core): Promise<MockUpstream> {
  const child = startChild([process.execPath, PROGRAM, String(chunkEveryMs)], { core, hasChannel: true });
  const [, port] = await child.printed(/listening on (\d+)/);
  async function ask(question: MockQuestion): Promise<MockCounts> {
    const answer = once(child.process, 'message');
    child.process.send(question);
    const [counts] = (await answer) as [MockCounts];
    return counts;
  }
  return {
    port: Number(port),
    counts: () => ask('counts'),
    finishStreams: async () => void (await ask('finish streams')),
    stop: child.stop,
  };
}
