// The benchmarks: see docs/guides/benchmarks-and-chaos.md.
import { writeFile } from 'node:fs/promises';
import { arch, cpus, platform } from 'node:os';
import { startDispatch } from './gateways/dispatch.ts';
import { startNginx } from './gateways/nginx.ts';
import { startOurs } from './gateways/ours.ts';
import { startPortkey } from './gateways/portkey.ts';
import { startLoadGenerator } from './load/load-generator.ts';
import {
  CHUNK_EVERY_MS,
  DURATIONS,
  GATEWAY_CORE,
  OTHER_CORE,
  QUICK_DURATIONS,
  type BenchContext,
} from './measure/bench-context.ts';
import { measureChunk } from './measure/measure-chunk.ts';
import { measureLarge } from './measure/measure-large.ts';
import { measureLatency } from './measure/measure-latency.ts';
import { measureManyStreams } from './measure/measure-many-streams.ts';
import { measurePortkey } from './measure/measure-portkey.ts';
import { measureUnary } from './measure/measure-unary.ts';
import { measureWorkers } from './measure/measure-workers.ts';
import { readOptions, USAGE, type BenchOptions, type Measurement } from './options.ts';
import { canPin, pin, stopAllChildren } from './processes/child.ts';
import { takeProfiles } from './profile/take-profiles.ts';
import { createFindings } from './report/figures.ts';
import { json, table } from './report/report.ts';
import { startMockUpstream } from './upstream/upstream-process.ts';

const KEYS = 50_000;
const QUICK_KEYS = 2_000;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

interface Part {
  stop(): Promise<void>;
}

/** Remembers a part, to end it. */
function noted<T extends Part>(part: T): T {
  parts.push(part);
  return part;
}

async function runMeasurement(context: BenchContext, name: Measurement): Promise<void> {
  switch (name) {
    case 'unary':
      return measureUnary(context);
    case 'chunk':
      return measureChunk(context);
    case 'latency':
      return measureLatency(context);
    case 'large':
      return measureLarge(context);
    case 'workers':
      return measureWorkers(context);
    case 'streams_10000':
      return measureManyStreams(context);
    case 'portkey': {
      const portkey = await startPortkey(context.mock, {
        core: GATEWAY_CORE,
        node: context.options.portkeyNode,
        say,
      });
      if (portkey === null) {
        context.findings.leaveOut('portkey_cpu_vs_ours', "Portkey's gateway could not be installed");
        return;
      }
      await measurePortkey(context, noted(portkey));
      await portkey.stop();
      return;
    }
    default:
      name satisfies never;
  }
}

async function run(options: BenchOptions): Promise<void> {
  const startedMs = performance.now();
  if (!canPin) say('taskset was not found: nothing is kept on a core of its own, so figures vary more.');
  pin([process.pid], OTHER_CORE);
  const mock = noted(await startMockUpstream(CHUNK_EVERY_MS, OTHER_CORE));
  const load = noted(startLoadGenerator(OTHER_CORE));
  const keys = options.isQuick ? QUICK_KEYS : KEYS;
  say(`Starting the product with ${keys} keys…`);
  const ours = noted(
    await startOurs(mock, { core: GATEWAY_CORE, keys, nodeArguments: options.nodeArguments }),
  );
  const nginx = await startNginx(mock, GATEWAY_CORE);
  if (nginx !== null) parts.push(nginx);
  const findings = createFindings();
  const context: BenchContext = {
    options,
    durations: options.isQuick ? QUICK_DURATIONS : DURATIONS,
    mock,
    load,
    ours,
    dispatch: noted(await startDispatch(mock, GATEWAY_CORE)),
    nginx,
    findings,
    say,
    startAnother: async (given, upstream = mock) =>
      noted(await startOurs(upstream, { keys, nodeArguments: options.nodeArguments, ...given })),
  };
  try {
    if (options.profileDir === null) {
      for (const name of options.only) await runMeasurement(context, name);
    } else await takeProfiles(context, options.profileDir);
  } finally {
    await stopEverything();
  }
  if (options.profileDir !== null) return;
  const about = {
    at: new Date().toISOString(),
    machine: `${platform()} ${arch()}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    node: process.version,
    portkeyNode: options.portkeyNode,
    keys,
    rounds: options.rounds,
    quick: options.isQuick,
    pinned: canPin,
  };
  if (options.jsonFile !== null) await writeFile(options.jsonFile, json(findings, about));
  say(
    `\n${table(findings).join('\n')}\n\n${Math.round((performance.now() - startedMs) / 1000)} s on ${about.machine}`,
  );
}

const parts: Part[] = [];

/** Ends what was started, last first, and removes what it has written. */
async function stopEverything(): Promise<void> {
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) await part.stop();
}

function interrupt(): void {
  say('Stopping…');
  void stopEverything().finally(() => process.exit(1));
}

process.on('exit', stopAllChildren);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, interrupt);
// The launcher has gone.
process.once('disconnect', interrupt);
process.channel?.unref();

const options = readOptions(process.argv.slice(2));
if (options === 'help') say(USAGE);
else await run(options);
process.exit();
