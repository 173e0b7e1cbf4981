import { openConnection } from './connection.ts';
import { createFailures, createLatencies } from './latencies.ts';
import type { SequentialPlan, SequentialResult } from './load-plan.ts';
import { requestsInTurn } from './requests.ts';

/** One call after the other over one connection. */
export async function runSequential(plan: SequentialPlan): Promise<SequentialResult> {
  const nextRequest = requestsInTurn(plan.target, plan.body);
  const latencies = createLatencies();
  const failures = createFailures();
  await new Promise<void>((resolve) => {
    let begun = 0;
    let startedMs = 0;
    const connection = openConnection(plan.target.port, {
      onAnswer(status) {
        if (status !== 200) failures.add(`status ${status}`);
        else if (begun > plan.warmUpCalls) latencies.add(performance.now() - startedMs);
        next();
      },
      onBroken(reason) {
        failures.add(reason);
        next();
      },
    });
    function next(): void {
      if (begun === plan.warmUpCalls + plan.calls) {
        connection.close();
        resolve();
        return;
      }
      begun += 1;
      startedMs = performance.now();
      connection.send(nextRequest());
    }
    next();
  });
  return {
    calls: latencies.count(),
    failed: failures.count(),
    firstFailure: failures.first(),
    p50Ms: latencies.percentile(0.5),
    p99Ms: latencies.percentile(0.99),
  };
}
