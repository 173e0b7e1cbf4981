import cluster from 'node:cluster';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '@aigc/shared/errors';
import type { CallParts } from '../call-parts.ts';
import type { Container } from '../container.ts';
import { fromCode, toPublicError } from '../http/public-error.ts';
import { sendError } from '../http/send-json.ts';
import { EXPOSITION_TYPE, writeExposition } from './exposition.ts';
import { within } from '../processes/within.ts';
import { metricsRefusal } from './may-read.ts';
import { mergeReports } from './merge-reports.ts';
import { ProcessMetrics } from './process-metrics.ts';
import { upstreamSamples } from './upstream-samples.ts';
import { METRICS_TOPIC, single, type MetricsReport, type Samples } from './report.ts';

const DATABASE_TIMEOUT_MS = 1_000;
/** Longer than the primary process waits for a worker. */
const COLLECT_TIMEOUT_MS = 3_000;

export interface MetricsSources {
  calls: Pick<CallParts, 'books' | 'snapshot' | 'bodies'>;
  /** Calls of this process that are not over. */
  runningCalls(): number;
  isDraining(): boolean;
}

/** `GET /metrics`: what this process and its siblings count. */
export interface MetricsEndpoint {
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
  close(): void;
}

export function createMetricsEndpoint(container: Container, sources: MetricsSources): MetricsEndpoint {
  const { env, guard, peers, metrics } = container;
  const ownProcess = new ProcessMetrics();

  function report(): MetricsReport {
    return {
      worker: String(cluster.worker?.id ?? 1),
      samples: {
        ...metrics.calls.samples,
        ...upstreamSamples(container.upstreamHealth),
        ...callParts(sources),
        ...ownProcess.samples,
        aigc_outbound_failures_total: metrics.outboundFailures.samples,
        aigc_workers: single(1),
      },
    };
  }
  peers.provide(METRICS_TOPIC, report);

  async function collect(): Promise<MetricsReport[]> {
    const answers = await within(COLLECT_TIMEOUT_MS, peers.collect(METRICS_TOPIC)).catch(() => {
      // Counters of this worker alone would look like a fall, and the next ones like a burst of calls.
      throw new AppError('service_unavailable', 'The primary process does not answer.');
    });
    // Only our own processes answer.
    return answers as MetricsReport[];
  }

  return {
    async handle(req, res) {
      if (req.method !== 'GET' && req.method !== 'HEAD') {
        res.setHeader('allow', 'GET, HEAD');
        return sendError(res, fromCode('method_not_allowed', 'Metrics can only be read.'));
      }
      const refusal = metricsRefusal(req, { token: env.metricsToken, guard });
      if (refusal !== null) {
        if (refusal.status === 401) res.setHeader('www-authenticate', 'Bearer realm="metrics"');
        return sendError(res, toPublicError(refusal));
      }
      const [reports, database] = await Promise.all([collect(), askDatabase(container)]);
      const text = writeExposition(mergeReports([...reports, { worker: null, samples: database }]));
      res.writeHead(200, {
        'content-type': EXPOSITION_TYPE,
        'content-length': Buffer.byteLength(text),
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      res.end(text);
    },
    close: () => ownProcess.close(),
  };
}

function callParts({ calls, runningCalls, isDraining }: MetricsSources): Samples {
  const books = calls.books.status();
  const bodies = calls.bodies.counts;
  return {
    aigc_running_calls: single(runningCalls()),
    aigc_journal_undrained_records: single(books.undrainedCalls),
    aigc_journal_undrained_bytes: single(books.undrainedBytes),
    aigc_journal_oldest_undrained_seconds: single(books.oldestUndrainedMs / 1000),
    aigc_journal_accepts_calls: single(books.acceptsCalls ? 1 : 0),
    aigc_journal_quarantined_total: single(books.quarantined),
    aigc_call_bodies_total: [
      { labels: ['written'], value: bodies.written },
      { labels: ['dropped'], value: bodies.dropped },
    ],
    aigc_call_bodies_waiting_bytes: single(bodies.waitingBytes),
    aigc_leases: single(books.leases),
    aigc_leases_idle: single(books.idleLeased),
    aigc_snapshot_age_seconds: single(Math.max(0, calls.snapshot.ageMs()) / 1000),
    aigc_draining: single(isDraining() ? 1 : 0),
  };
}

/** Whether the database answers, and how soon; asked by the process that is asked for metrics, and by no other. */
async function askDatabase({ orm }: Container): Promise<Samples> {
  const startMs = performance.now();
  const isUp = await within(DATABASE_TIMEOUT_MS, orm.em.fork().execute('select 1')).then(
    () => true,
    () => false,
  );
  return {
    aigc_database_up: single(isUp ? 1 : 0),
    ...(isUp ? { aigc_database_answer_seconds: single((performance.now() - startMs) / 1000) } : {}),
  };
}
