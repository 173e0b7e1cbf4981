import type { ModelTestEvent } from '@aigc/shared/schemas/connection-test';
import type { AdminModel } from '@aigc/shared/schemas/models';
import { errorData, isAbort } from '#lib/errors.ts';

export type ModelTestResult = Extract<ModelTestEvent, { type: 'result' }>;

/** One model's part of a run. `failed` has a `result`, or a `failure` when the call itself was refused. */
export interface TestedModel {
  model: AdminModel;
  state: 'waiting' | 'running' | 'ok' | 'failed' | 'stopped';
  answer: string;
  result: ModelTestResult | undefined;
  failure: unknown;
}

/** Calls the procedure for one model. */
export type ModelTestCall = (
  model: AdminModel,
  signal: AbortSignal,
) => Promise<AsyncIterable<ModelTestEvent>>;

/** Waits; rejects when the signal aborts. */
type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/**
 * Tests models one after the other, so that none slows another down. Where the API asks to wait between tests, the run
 * waits and goes on by itself.
 */
export class TestRun {
  tested = $state<TestedModel[]>([]);
  running = $state(false);
  /** How long the run still waits before it goes on; 0: it does not. */
  pauseSeconds = $state(0);
  readonly #sleep: Sleep;
  #controller: AbortController | undefined;

  constructor(sleep: Sleep = sleepUnlessAborted) {
    this.#sleep = sleep;
  }

  get done(): number {
    return this.tested.filter(({ state }) => state !== 'waiting' && state !== 'running').length;
  }

  get passed(): number {
    return this.tested.filter(({ state }) => state === 'ok').length;
  }

  get failed(): number {
    return this.tested.filter(({ state }) => state === 'failed').length;
  }

  /** Does nothing while a run goes on. */
  async run(models: readonly AdminModel[], call: ModelTestCall): Promise<void> {
    if (this.running) return;
    this.tested = models.map(untested);
    await this.#testAll(this.tested, call);
  }

  /** Tests some of the models once more, in their places; what the others gave stays. */
  async again(modelIds: readonly number[], call: ModelTestCall): Promise<void> {
    if (this.running) return;
    const chosen = this.tested.filter(({ model }) => modelIds.includes(model.id));
    for (const entry of chosen) Object.assign(entry, untested(entry.model));
    await this.#testAll(chosen, call);
  }

  async #testAll(entries: readonly TestedModel[], call: ModelTestCall): Promise<void> {
    const controller = new AbortController();
    this.#controller = controller;
    this.running = true;
    try {
      for (const entry of entries) {
        if (controller.signal.aborted) entry.state = 'stopped';
        else await this.#test(entry, call, controller.signal);
      }
    } finally {
      this.running = false;
      this.pauseSeconds = 0;
    }
  }

  /** Ends the run; the server stops its call too. What has been found stays. */
  stop(): void {
    this.#controller?.abort();
  }

  async #test(entry: TestedModel, call: ModelTestCall, signal: AbortSignal): Promise<void> {
    try {
      while (!(await this.#attempt(entry, call, signal)));
    } catch (error) {
      if (signal.aborted || isAbort(error)) {
        entry.state = 'stopped';
      } else {
        entry.state = 'failed';
        entry.failure = error;
      }
    }
  }

  /** False when the API asked to wait: then it has waited. */
  async #attempt(entry: TestedModel, call: ModelTestCall, signal: AbortSignal): Promise<boolean> {
    entry.state = 'running';
    try {
      for await (const event of await call(entry.model, signal)) {
        if (event.type === 'delta') {
          entry.answer += event.text;
        } else {
          entry.result = event;
          entry.state = event.ok ? 'ok' : 'failed';
        }
      }
      if (entry.result === undefined) entry.state = 'stopped';
      return true;
    } catch (error) {
      const data = errorData(error);
      if (data?.appCode !== 'rate_limit_exceeded' || !data.retryAfterSeconds) throw error;
      entry.state = 'waiting';
      await this.#pause(data.retryAfterSeconds, signal);
      return false;
    }
  }

  async #pause(seconds: number, signal: AbortSignal): Promise<void> {
    try {
      for (this.pauseSeconds = seconds; this.pauseSeconds > 0; this.pauseSeconds -= 1) {
        await this.#sleep(1_000, signal);
      }
    } finally {
      this.pauseSeconds = 0;
    }
  }
}

function sleepUnlessAborted(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(new DOMException('The run was stopped.', 'AbortError'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', abort, { once: true });
  });
}

function untested(model: AdminModel): TestedModel {
  return { model, state: 'waiting', answer: '', result: undefined, failure: undefined };
}
