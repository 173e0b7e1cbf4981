import type { TestEvent, TestResult, TestStep, TestStepName } from '@aigc/shared/schemas/connection-test';
import { isAbort } from '#lib/errors.ts';

/** In the order they happen. Every step is a key, so that a new one does not compile without its place. */
const places: Record<TestStepName, number> = {
  resolve: 0,
  connect: 1,
  tls: 2,
  first_byte: 3,
  valid_answer: 4,
  streaming: 5,
  usage: 6,
};

/** One line of the list: what is known of a step so far. */
export interface StepView {
  step: TestStepName;
  state: TestStep['state'] | 'waiting';
  ms?: number | undefined;
  detail?: string | undefined;
}

/** Calls the procedure that yields the steps, e.g. `(signal) => trpc().localModels.test.mutate(input, { signal })`. */
export type TestCall = (signal: AbortSignal) => Promise<AsyncIterable<TestEvent>>;

/**
 * A connection test as it happens. `run` resolves with the result, or undefined when there is none: the test was
 * stopped, or the call itself failed (then `failure` holds what it threw).
 */
export class ConnectionTest {
  steps = $state.raw<readonly StepView[]>([]);
  result = $state.raw<TestResult>();
  running = $state(false);
  stopped = $state(false);
  failure = $state.raw<unknown>();
  #controller: AbortController | undefined;

  async run(call: TestCall, options: { tls: boolean }): Promise<TestResult | undefined> {
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    this.reset();
    this.steps = plannedSteps(options.tls);
    this.running = true;
    try {
      for await (const event of await call(controller.signal)) {
        if (this.#controller !== controller) return undefined;
        if (event.type === 'result') this.#finish(event);
        else this.steps = withStep(this.steps, event);
      }
      return this.result;
    } catch (error) {
      // A later run has taken over: its state is not this one's to touch.
      if (this.#controller !== controller) return undefined;
      if (controller.signal.aborted || isAbort(error)) this.stopped = true;
      else this.failure = error;
      this.steps = this.steps.map((view) =>
        view.state === 'running' ? { ...view, state: 'waiting' } : view,
      );
      return undefined;
    } finally {
      if (this.#controller === controller) this.running = false;
    }
  }

  /** Ends a running test; the server stops its call too. */
  stop(): void {
    this.#controller?.abort();
  }

  /** Forgets what was shown. Does not end a running test: use `stop`. */
  reset(): void {
    this.steps = [];
    this.result = undefined;
    this.failure = undefined;
    this.stopped = false;
  }

  #finish(result: TestResult): void {
    this.result = result;
    // Whatever has not happened by now will not.
    this.steps = this.steps.map((view) =>
      view.state === 'waiting' || view.state === 'running' ? { ...view, state: 'skipped' } : view,
    );
  }
}

/** The steps a test will take; without TLS there is nothing to encrypt. */
export function plannedSteps(tls: boolean): StepView[] {
  const steps = Object.keys(places) as TestStepName[];
  return steps.filter((step) => tls || step !== 'tls').map((step) => ({ step, state: 'waiting' }));
}

/** The list with one step brought up to date; a step that was not planned is put in its place. */
export function withStep(steps: readonly StepView[], event: TestStep): StepView[] {
  const view: StepView = { step: event.step, state: event.state, ms: event.ms, detail: event.detail };
  if (steps.some((entry) => entry.step === event.step)) {
    return steps.map((entry) => (entry.step === event.step ? view : entry));
  }
  return [...steps, view].toSorted((a, b) => places[a.step] - places[b.step]);
}
