import type { CheckEvent, CheckKind, HealthFinding } from '@aigc/shared/schemas/health';
import { isAbort } from '#lib/errors.ts';
import { trpc } from '#lib/trpc.ts';

/** Checks that run when they are asked for, and tell each as it ends. */
export class OnDemand {
  running = $state(false);
  stopped = $state(false);
  names = $state.raw<readonly string[]>([]);
  done = $state.raw<readonly string[]>([]);
  findings = $state.raw<readonly HealthFinding[]>([]);
  result = $state.raw<Extract<CheckEvent, { type: 'result' }>>();
  failure = $state.raw<unknown>();
  #controller: AbortController | undefined;

  async run(kind: CheckKind): Promise<void> {
    if (this.running) return;
    const controller = new AbortController();
    this.#controller = controller;
    this.running = true;
    this.stopped = false;
    this.names = this.done = this.findings = [];
    this.result = this.failure = undefined;
    try {
      const events = await trpc().adminHealth.check.mutate({ kind }, { signal: controller.signal });
      for await (const event of events) this.#take(event);
    } catch (error) {
      if (controller.signal.aborted || isAbort(error)) this.stopped = true;
      else this.failure = error;
    } finally {
      this.running = false;
    }
  }

  stop(): void {
    this.#controller?.abort();
  }

  #take(event: CheckEvent): void {
    if (event.type === 'start') this.names = event.names;
    else if (event.type === 'result') this.result = event;
    else {
      this.done = [...this.done, event.name];
      this.findings = [...this.findings, ...event.findings];
    }
  }
}
