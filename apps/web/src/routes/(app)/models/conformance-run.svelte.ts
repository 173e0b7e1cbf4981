import type { Probe, ProbeEvent, ProbeResult } from '@aigc/shared/schemas/conformance';
import { isAbort } from '#lib/errors.ts';

/** In the order they are asked. Written out here, because the schema they stand in would bring zod to the browser. */
export const PROBES: readonly Probe[] = [
  'unary',
  'stream',
  'stream_usage',
  'system_role',
  'multi_turn',
  'stop',
  'tools',
  'json_schema',
  'vision',
  'long_output',
  'abort',
  'error_shape',
];

/** Calls the procedure that yields the steps. */
export type ProbeCall = (signal: AbortSignal) => Promise<AsyncIterable<ProbeEvent>>;

/** Probes of one model as they happen. */
export class ConformanceRun {
  running = $state(false);
  /** Asked at this moment. */
  current = $state.raw<ReadonlySet<Probe>>(new Set());
  found = $state.raw<ReadonlyMap<Probe, ProbeResult>>(new Map());
  failure = $state.raw<unknown>();
  #controller: AbortController | undefined;

  /** True: it came to its end. */
  async run(call: ProbeCall): Promise<boolean> {
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    this.running = true;
    this.current = new Set();
    this.found = new Map();
    this.failure = undefined;
    try {
      for await (const event of await call(controller.signal)) {
        if (this.#controller !== controller) return false;
        this.#take(event);
      }
      return true;
    } catch (error) {
      if (this.#controller === controller && !controller.signal.aborted && !isAbort(error)) {
        this.failure = error;
      }
      return false;
    } finally {
      if (this.#controller === controller) {
        this.running = false;
        this.current = new Set();
      }
    }
  }

  /** Ends a running test; the server stops its calls too. */
  stop(): void {
    this.#controller?.abort();
  }

  /** Forgets everything, for another model. */
  reset(): void {
    this.stop();
    this.#controller = undefined;
    this.running = false;
    this.current = new Set();
    this.found = new Map();
    this.failure = undefined;
  }

  #take(event: ProbeEvent): void {
    if (event.type === 'start') this.current = new Set([...this.current, event.probe]);
    if (event.type !== 'found') return;
    const { probe } = event.result;
    this.found = new Map([...this.found, [probe, event.result]]);
    this.current = new Set([...this.current].filter((other) => other !== probe));
  }
}
