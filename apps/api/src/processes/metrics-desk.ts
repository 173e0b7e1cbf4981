import { RetainedReports } from '../metrics/retained-reports.ts';
import { METRICS_TOPIC, type MetricsReport } from '../metrics/report.ts';
import { collectFrom } from './shared-peers.ts';
import type { RunningWorker } from './worker-pool.ts';

type AskedWorker = Pick<RunningWorker, 'id' | 'channel'>;

/** The primary process's part in the metrics: it remembers what workers had counted that are gone. */
export interface MetricsDesk {
  collect(): Promise<MetricsReport[]>;
  retire(id: number): void;
}

export function createMetricsDesk(workers: () => readonly AskedWorker[]): MetricsDesk {
  const retained = new RetainedReports();
  return {
    async collect() {
      const answers = await Promise.all(
        workers().map(async ({ id, channel }) => {
          const [report = null] = await collectFrom([channel], METRICS_TOPIC);
          // Only our own processes answer.
          return { id, report: report as MetricsReport | null };
        }),
      );
      // One that ended meanwhile is retired already.
      const running = new Set(workers().map(({ id }) => id));
      return retained.complete(answers.filter(({ id }) => running.has(id)));
    },
    retire: (id) => retained.retire(id),
  };
}
