import { countersOf } from './merge-reports.ts';
import type { MetricsReport } from './report.ts';

/**
 * What workers have reported, kept where it outlives them. The sum over workers must not fall when one of them ends
 * or is slow to answer: whoever watches it would take that for a restart, and all that is left for new.
 */
export class RetainedReports {
  readonly #last = new Map<number, MetricsReport>();
  #gone: MetricsReport | null = null;

  /** The reports of the workers that were asked, with older ones in place of those that did not answer. */
  complete(answers: readonly { id: number; report: MetricsReport | null }[]): MetricsReport[] {
    const reports = this.#gone === null ? [] : [this.#gone];
    for (const { id, report } of answers) {
      if (report !== null) this.#last.set(id, report);
      const last = this.#last.get(id);
      if (last !== undefined) reports.push(report ?? countersOf([last]));
    }
    return reports;
  }

  /** A worker has ended. What it had counted since its last report is lost. */
  retire(id: number): void {
    const last = this.#last.get(id);
    if (last === undefined) return;
    this.#last.delete(id);
    this.#gone = countersOf(this.#gone === null ? [last] : [this.#gone, last]);
  }
}
