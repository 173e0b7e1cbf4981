// The load generator: a process of its own that does what its channel tells it.
import type { LoadEvent, LoadPlan } from './load-plan.ts';
import { runSequential } from './run-sequential.ts';
import { runStreams } from './run-streams.ts';
import { runUnary } from './run-unary.ts';

function tell(event: LoadEvent): void {
  process.send?.(event);
}

async function run(plan: LoadPlan): Promise<void> {
  const mark = (event: 'window start' | 'window end'): void => tell({ event });
  switch (plan.kind) {
    case 'unary':
      tell({ event: 'result', result: await runUnary(plan, mark) });
      return;
    case 'streams':
      tell({ event: 'result', result: await runStreams(plan, mark) });
      return;
    case 'sequential':
      tell({ event: 'result', result: await runSequential(plan) });
      return;
    default:
      plan satisfies never;
  }
}

process.on('message', (plan: LoadPlan) => void run(plan));
process.on('disconnect', () => process.exit(0));
