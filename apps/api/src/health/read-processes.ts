import type { HealthStatus } from '@aigc/shared/schemas/health';
import { fromUnits, toUnits } from '@aigc/shared/money-units';
import type { MetricName } from '../metrics/catalogue.ts';
import type { MetricsReport, Sample } from '../metrics/report.ts';

type Process = HealthStatus['processes'][number];
type Breaker = HealthStatus['upstreams'][number]['breaker'];

/** What the processes of this machine say of themselves. */
export interface ReadProcesses {
  processes: Process[];
  undrainedBytes: number;
  oldestUndrainedMs: number;
  acceptsCalls: boolean;
  leases: number;
  idleLeased: string;
  snapshotAgeMs: number;
  /** By provider: the worst state, and the upstream models that are kept away from. */
  breakers: Map<string, { state: Breaker; models: string[] }>;
}

const BREAKERS: readonly Breaker[] = ['closed', 'half_open', 'open'];

/** Reads the reports that `/metrics` is written from. */
export function readProcesses(reports: readonly MetricsReport[]): ReadProcesses {
  const alive = reports.filter(({ worker }) => worker !== null);
  const numbers = (name: MetricName): number[] =>
    alive.flatMap(({ samples }) => (samples[name] ?? []).map(({ value }) => Number(value)));
  const breakers: ReadProcesses['breakers'] = new Map();
  for (const { samples } of alive) {
    for (const sample of samples.aigc_upstream_breaker_state ?? []) noteBreaker(breakers, sample);
  }
  return {
    processes: alive.map(toProcess).toSorted((a, b) => Number(a.worker) - Number(b.worker)),
    undrainedBytes: sum(numbers('aigc_journal_undrained_bytes')),
    oldestUndrainedMs: Math.max(0, ...numbers('aigc_journal_oldest_undrained_seconds')) * 1_000,
    acceptsCalls: numbers('aigc_journal_accepts_calls').every((value) => value === 1),
    leases: sum(numbers('aigc_leases')),
    idleLeased: fromUnits(
      alive
        .flatMap(({ samples }) => samples.aigc_leases_idle ?? [])
        .reduce((total, { value }) => total + (typeof value === 'string' ? toUnits(value) : 0n), 0n),
    ),
    snapshotAgeMs: Math.max(0, ...numbers('aigc_snapshot_age_seconds')) * 1_000,
    breakers,
  };
}

function toProcess({ worker, samples }: MetricsReport): Process {
  const first = (name: MetricName): number | null => {
    const value = samples[name]?.[0]?.value;
    return typeof value === 'number' ? value : null;
  };
  const late = samples.aigc_event_loop_delay_seconds?.find(({ labels }) => labels[0] === '0.99')?.value;
  return {
    worker: worker ?? '',
    started_at: new Date((first('aigc_process_start_time_seconds') ?? 0) * 1_000).toISOString(),
    loop_delay_ms: typeof late === 'number' ? late * 1_000 : null,
    loop_utilization: first('aigc_event_loop_utilization_ratio'),
    memory_bytes: first('aigc_process_resident_memory_bytes'),
    running_calls: first('aigc_running_calls'),
    undrained_calls: first('aigc_journal_undrained_records'),
    is_draining: first('aigc_draining') === 1,
  };
}

function noteBreaker(breakers: ReadProcesses['breakers'], { labels, value }: Sample): void {
  const [model = '', provider = ''] = labels;
  const state = BREAKERS[Number(value)] ?? 'closed';
  const known = breakers.get(provider) ?? { state: 'closed', models: [] };
  if (BREAKERS.indexOf(state) > BREAKERS.indexOf(known.state)) known.state = state;
  if (state !== 'closed' && !known.models.includes(model)) known.models.push(model);
  breakers.set(provider, known);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
