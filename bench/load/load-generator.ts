import { fileURLToPath } from 'node:url';
import { startChild, type Core } from '../processes/child.ts';
import type {
  LoadEvent,
  LoadPlan,
  SequentialPlan,
  SequentialResult,
  StreamPlan,
  StreamResult,
  UnaryPlan,
  UnaryResult,
} from './load-plan.ts';

const PROGRAM = fileURLToPath(new URL('generator.ts', import.meta.url));

/** Called at both ends of the measured window. */
export interface WindowMarks {
  onStart?(): void;
  onEnd?(): void;
}

export interface LoadGenerator {
  run(plan: UnaryPlan, marks?: WindowMarks): Promise<UnaryResult>;
  run(plan: StreamPlan, marks?: WindowMarks): Promise<StreamResult>;
  run(plan: SequentialPlan): Promise<SequentialResult>;
  stop(): Promise<void>;
}

/** Starts the load generator's process. One plan at a time. */
export function startLoadGenerator(core: Core): LoadGenerator {
  const child = startChild([process.execPath, PROGRAM], { core, hasChannel: true });

  function run(plan: LoadPlan, marks: WindowMarks = {}): Promise<never> {
    return new Promise((resolve, reject) => {
      function onExit(): void {
        reject(new Error(`the load generator ended:\n${child.output()}`));
      }
      function onMessage(event: LoadEvent): void {
        if (event.event === 'window start') marks.onStart?.();
        else if (event.event === 'window end') marks.onEnd?.();
        else {
          child.process.off('message', onMessage);
          child.process.off('exit', onExit);
          // The plan's kind decides the result's: see the overloads.
          resolve(event.result as never);
        }
      }
      child.process.on('message', onMessage);
      child.process.once('exit', onExit);
      child.process.send(plan);
    });
  }
  return { run, stop: child.stop };
}
