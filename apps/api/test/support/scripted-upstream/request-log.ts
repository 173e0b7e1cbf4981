import { setTimeout as sleep } from 'node:timers/promises';
import type { ScriptedUsage } from './behaviour.ts';
import type { RecordedRequest } from './recorded-request.ts';

export interface ReportedTokens {
  answers: number;
  promptTokens: number;
  completionTokens: number;
}

interface Report extends ScriptedUsage {
  model: string | null;
  credential: string | null;
}

export interface Filter {
  model?: string;
  credential?: string;
}

const WAIT_STEP_MS = 5;
const WAIT_LIMIT_MS = 10_000;

/** The upstream's own account of what it was asked and what it reported. */
export class RequestLog {
  readonly requests: RecordedRequest[] = [];
  #reports: Report[] = [];

  /** Called when a usage figure was handed to the connection. */
  report(request: RecordedRequest, usage: ScriptedUsage): void {
    this.#reports.push({ ...usage, model: request.model, credential: request.credential });
  }

  /** The sum of what was reported, of one model or credential or of all. */
  reported(filter: Filter = {}): ReportedTokens {
    const matching = this.#reports.filter(
      ({ model, credential }) =>
        (filter.model === undefined || filter.model === model) &&
        (filter.credential === undefined || filter.credential === credential),
    );
    return {
      answers: matching.length,
      promptTokens: matching.reduce((sum, { promptTokens }) => sum + promptTokens, 0),
      completionTokens: matching.reduce((sum, { completionTokens }) => sum + completionTokens, 0),
    };
  }

  get aborted(): RecordedRequest[] {
    return this.requests.filter(({ outcome }) => outcome === 'aborted');
  }

  /** Waits until the condition holds of the log. Rejects after ten seconds. */
  async until(condition: () => boolean): Promise<void> {
    const deadline = performance.now() + WAIT_LIMIT_MS;
    while (!condition()) {
      if (performance.now() > deadline) throw new Error('the scripted upstream waited in vain');
      await sleep(WAIT_STEP_MS);
    }
  }

  clear(): void {
    this.requests.length = 0;
    this.#reports = [];
  }
}
