import type { Gateway } from '../gateways/gateway.ts';
import type { UnaryResult } from '../load/load-plan.ts';
import { cpuTimeUs } from '../processes/cpu-time.ts';
import type { BenchContext, Durations } from './bench-context.ts';
import { sayFailures } from './say-failures.ts';

export interface UnaryCost extends UnaryResult {
  cpuUsPerCall: number;
  /** Of the processes given as `apart`, such as the database server's. */
  apartUsPerCall: number;
}

export interface UnaryLoad {
  body: string;
  /** Null: every connection calls again as soon as it is answered. */
  callsPerSecond: number | null;
  connections: number;
  seed: number;
  durations?: Durations;
}

/** CPU time per call of a gateway under load. */
export async function unaryCost(
  { load, durations, say }: Pick<BenchContext, 'load' | 'durations' | 'say'>,
  gateway: Gateway & { databasePids?: () => number[] },
  given: UnaryLoad,
): Promise<UnaryCost> {
  const { warmUpMs, measureMs } = given.durations ?? durations;
  // Settled before: looking through all processes would take time from the first calls.
  const [pids, apart] = [gateway.pids(), gateway.databasePids?.() ?? []];
  let [cpuUs, apartUs] = [0, 0];
  const result = await load.run(
    { kind: 'unary', target: gateway.target, ...given, warmUpMs, measureMs },
    {
      onStart: () => ([cpuUs, apartUs] = [cpuTimeUs(pids), cpuTimeUs(apart)]),
      onEnd: () => ([cpuUs, apartUs] = [cpuTimeUs(pids) - cpuUs, cpuTimeUs(apart) - apartUs]),
    },
  );
  if (result.failed > 0) sayFailures(say, gateway, result);
  if (given.callsPerSecond !== null && result.behind > given.callsPerSecond / 10)
    say(`  ${gateway.name}: could not keep up (${result.behind} behind)`);
  return { ...result, cpuUsPerCall: cpuUs / result.calls, apartUsPerCall: apartUs / result.calls };
}
