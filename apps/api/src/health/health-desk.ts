import { statfs } from 'node:fs/promises';
import { JOBS } from '@aigc/core/jobs/all-jobs';
import { readJobRuns, type JobRunView } from '@aigc/core/jobs/read-job-runs';
import type { HealthStatus } from '@aigc/shared/schemas/health';
import product from '../../package.json' with { type: 'json' };
import { databaseCheck } from '../checks/check-database.ts';
import { jobsCheck } from '../checks/check-log-storage.ts';
import { diskCheck, nodeCheck } from '../checks/check-machine.ts';
import { runChecks } from '../checks/finding.ts';
import type { Container } from '../container.ts';
import { METRICS_TOPIC, type MetricsReport } from '../metrics/report.ts';
import { within } from '../processes/within.ts';
import { readCostlyFacts, type CostlyFacts } from './costly-checks.ts';
import { judgeProcesses } from './judge-processes.ts';
import { readProcesses } from './read-processes.ts';
import { serverContext } from './server-context.ts';

/** What everybody who looks within this time is told. */
const FRESH_MS = 2_000;
const COSTLY_FRESH_MS = 60_000;
const COLLECT_MS = 3_000;
const DATABASE_MS = 2_000;

/** Tells how this installation is. Many who look at once cost as much as one. */
export class HealthDesk {
  readonly #container: Container;
  readonly #status: Kept<HealthStatus>;
  readonly #costly: Kept<CostlyFacts>;

  constructor(container: Container) {
    this.#container = container;
    this.#costly = new Kept(COSTLY_FRESH_MS, () => readCostlyFacts(container));
    this.#status = new Kept(FRESH_MS, () => this.#look());
  }

  status(): Promise<HealthStatus> {
    return this.#status.get();
  }

  async #look(): Promise<HealthStatus> {
    const { env, peers } = this.#container;
    const context = serverContext(this.#container);
    const [reports, costly, answerMs, runs, disk, findings] = await Promise.all([
      // Only our own processes answer.
      within(COLLECT_MS, peers.collect(METRICS_TOPIC)).catch(() => []) as Promise<MetricsReport[]>,
      this.#costly.get(),
      this.#askDatabase(),
      readJobRuns(context.em()).catch(() => []),
      statfs(env.dataDir).catch(() => null),
      runChecks([nodeCheck, databaseCheck, diskCheck, jobsCheck], context),
    ]);
    const read = readProcesses(reports);
    const upstreams = joinUpstreams(costly, read.breakers);
    const starts = read.processes.map(({ started_at }) => started_at).toSorted();
    return {
      at: context.now.toISOString(),
      version: product.version,
      node: process.versions.node,
      started_at: starts[0] ?? new Date(performance.timeOrigin).toISOString(),
      processes: read.processes,
      elsewhere: costly.elsewhere,
      database: {
        is_up: answerMs !== null,
        is_embedded: env.databaseUrl === null,
        answer_ms: answerMs,
        size_bytes: costly.databaseBytes,
      },
      disk: {
        free_bytes: disk === null ? null : disk.bavail * disk.bsize,
        total_bytes: disk === null ? null : disk.blocks * disk.bsize,
      },
      settlement: {
        mode: env.settle,
        undrained_calls: read.processes.reduce((sum, { undrained_calls: calls }) => sum + (calls ?? 0), 0),
        undrained_bytes: read.undrainedBytes,
        oldest_ms: read.oldestUndrainedMs,
        quarantined: costly.quarantined,
        leases: read.leases,
        idle_leased: read.idleLeased,
        held_calls: costly.heldCalls,
      },
      snapshot: { age_ms: read.snapshotAgeMs, max_age_ms: env.snapshotMaxStaleMs },
      upstreams,
      jobs: joinJobs(runs),
      log: { retention_days: costly.retentionDays, months: costly.months },
      findings: [
        ...judgeProcesses(read, upstreams, {
          workers: env.workers,
          snapshotMaxMs: env.snapshotMaxStaleMs,
          settle: env.settle,
        }),
        ...findings,
        ...costly.findings,
      ],
      checked_at: costly.at.toISOString(),
    };
  }

  /** Milliseconds; null: it does not answer. */
  async #askDatabase(): Promise<number | null> {
    const startMs = performance.now();
    try {
      await within(DATABASE_MS, this.#container.orm.em.fork().execute('select 1'));
      return performance.now() - startMs;
    } catch {
      return null;
    }
  }
}

/** One answer for all who ask while it is made, and for a while after. */
class Kept<T> {
  readonly #freshMs: number;
  readonly #make: () => Promise<T>;
  #answer: Promise<T> | null = null;
  #madeMs = 0;

  constructor(freshMs: number, make: () => Promise<T>) {
    this.#freshMs = freshMs;
    this.#make = make;
  }

  get(): Promise<T> {
    if (this.#answer !== null && performance.now() - this.#madeMs < this.#freshMs) return this.#answer;
    this.#madeMs = performance.now();
    this.#answer = this.#make();
    // A failure is told to whoever waits, and the next one tries again.
    this.#answer.catch(() => (this.#answer = null));
    return this.#answer;
  }
}

function joinUpstreams(
  { upstreams }: CostlyFacts,
  breakers: ReturnType<typeof readProcesses>['breakers'],
): HealthStatus['upstreams'] {
  const names = new Set([...upstreams.map(({ provider }) => provider), ...breakers.keys()]);
  return [...names].toSorted().map((provider) => {
    const lately = upstreams.find((each) => each.provider === provider);
    return {
      provider,
      calls: lately?.calls ?? 0,
      failed: lately?.failed ?? 0,
      p50_ms: lately?.p50_ms ?? null,
      p95_ms: lately?.p95_ms ?? null,
      breaker: breakers.get(provider)?.state ?? 'closed',
    };
  });
}

function joinJobs(runs: readonly JobRunView[]): HealthStatus['jobs'] {
  return JOBS.map(({ name, everyMs }) => {
    const run = runs.find((each) => each.name === name);
    return {
      name,
      every_ms: everyMs,
      started_at: run?.startedAt.toISOString() ?? null,
      duration_ms:
        run === undefined || run.finishedAt === null
          ? null
          : Math.max(0, run.finishedAt.getTime() - run.startedAt.getTime()),
      succeeded_at: run?.succeededAt?.toISOString() ?? null,
      error: run?.error ?? null,
    };
  });
}
