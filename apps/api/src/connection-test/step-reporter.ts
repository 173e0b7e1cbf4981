import {
  TEST_STEPS,
  type TestReason,
  type TestStep,
  type TestStepName,
} from '@aigc/shared/schemas/connection-test';

/** Keeps the steps of one test in order and tells about each as it happens. */
export class StepReporter {
  readonly #emit: (step: TestStep) => void;
  readonly #settled = new Set<TestStepName>();
  #running: { step: TestStepName; startedAt: number } | null = null;

  constructor(emit: (step: TestStep) => void) {
    this.#emit = emit;
  }

  get running(): TestStepName | null {
    return this.#running?.step ?? null;
  }

  /** Begins a step; begun again, its time counts from now. */
  start(step: TestStepName): void {
    const isNew = this.#running?.step !== step;
    this.#running = { step, startedAt: performance.now() };
    if (isNew) this.#emit({ type: 'step', step, state: 'running' });
  }

  pass(step: TestStepName, detail?: string): void {
    this.#settle({ type: 'step', step, state: 'passed', ...(detail === undefined ? {} : { detail }) });
  }

  warn(step: TestStepName, reason?: TestReason, detail?: string): void {
    this.#settle({
      type: 'step',
      step,
      state: 'warning',
      ...(reason === undefined ? {} : { reason }),
      ...(detail === undefined ? {} : { detail }),
    });
  }

  skip(step: TestStepName): void {
    this.#settle({ type: 'step', step, state: 'skipped' });
  }

  /** Fails the step that runs and skips what would have followed; `tls` only where there is TLS. */
  fail(reason: TestReason, hasTls: boolean): void {
    const failed = this.#running?.step ?? 'resolve';
    this.#settle({ type: 'step', step: failed, state: 'failed', reason });
    for (const step of TEST_STEPS.slice(TEST_STEPS.indexOf(failed) + 1)) {
      if (!this.#settled.has(step) && (step !== 'tls' || hasTls)) this.skip(step);
    }
  }

  #settle(step: TestStep): void {
    const startedAt = this.#running?.step === step.step ? this.#running.startedAt : null;
    this.#running = null;
    this.#settled.add(step.step);
    const isTimed = startedAt !== null && step.state !== 'skipped';
    this.#emit({ ...step, ...(isTimed ? { ms: Math.round(performance.now() - startedAt) } : {}) });
  }
}
