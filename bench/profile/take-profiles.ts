import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchContext } from '../measure/bench-context.ts';
import { chooseRate } from '../measure/choose-rate.ts';
import { largeBody, SMALL_BODY } from '../measure/request-bodies.ts';
import { streamCost } from '../measure/stream-cost.ts';
import { unaryCost } from '../measure/unary-cost.ts';
import { connectInspector, type Inspector } from './inspector.ts';
import { sharesOf, type CpuProfile, type Share } from './shares.ts';

const SAMPLE_EVERY_US = 250;
const SHOWN_PARTS = 20;
const SHOWN_FUNCTIONS = 40;
const CONNECTIONS = 64;
const LARGE_CONNECTIONS = 4;
const LARGE_PER_SECOND = 10;

/** CPU profiles of the product under unary and stream load: as files, and as shares of its self time. */
export async function takeProfiles(context: BenchContext, folder: string): Promise<void> {
  const { ours, dispatch, say } = context;
  await mkdir(folder, { recursive: true });
  await ours.restart({ core: 0, nodeArguments: ['--inspect=127.0.0.1:0'] });
  const inspector = await connectInspector(ours.inspectorUrl());
  await inspector.send('Profiler.enable');
  await inspector.send('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US });
  const load = { body: SMALL_BODY, connections: CONNECTIONS };
  const callsPerSecond = await chooseRate(context, [ours, dispatch], { ...load, callsPerSecond: 300 });
  const profiled = async (name: string, work: () => Promise<string>): Promise<void> => {
    await inspector.send('Profiler.start');
    const result = await work();
    await keep(inspector, { file: join(folder, `${name}.cpuprofile`), title: `${name}: ${result}`, say });
  };
  await profiled('unary', async () => {
    const cost = await unaryCost(context, ours, { ...load, callsPerSecond, seed: 1 });
    return `${callsPerSecond} calls/s, ${cost.cpuUsPerCall.toFixed(1)} µs per call with the profiler on`;
  });
  await profiled('large', async () => {
    const large = { body: largeBody(), connections: LARGE_CONNECTIONS, callsPerSecond: LARGE_PER_SECOND };
    const cost = await unaryCost(context, ours, { ...large, seed: 1 });
    return `${LARGE_PER_SECOND} large bodies/s, ${(cost.cpuUsPerCall / 1000).toFixed(1)} ms each with the profiler on`;
  });
  await profiled('streams', async () => {
    const cost = await streamCost(context, ours, { streams: 1_000, rampMs: 500 });
    return `1,000 streams, ${cost.cpuUsPerChunk.toFixed(1)} µs per chunk with the profiler on`;
  });
  inspector.close();
}

async function keep(
  inspector: Inspector,
  { file, title, say }: { file: string; title: string; say: (line: string) => void },
): Promise<void> {
  const { profile } = await inspector.send('Profiler.stop');
  await writeFile(file, JSON.stringify(profile));
  // The protocol's own shape.
  const { parts, functions } = sharesOf(profile as CpuProfile);
  const line = ({ name, share }: Share): string => `  ${(share * 100).toFixed(1).padStart(5)} %  ${name}`;
  say(`\n${title}\n${file}`);
  say(parts.slice(0, SHOWN_PARTS).map(line).join('\n'));
  say('  by function:');
  say(functions.slice(0, SHOWN_FUNCTIONS).map(line).join('\n'));
}
