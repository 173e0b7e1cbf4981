import { recordAudit } from '@aigc/core/audit/record-audit';
import type { CheckEvent, CheckKind, HealthFinding } from '@aigc/shared/schemas/health';
import { BOOK_CHECKS } from '../checks/book-checks.ts';
import type { ContentContext } from '../checks/check-context.ts';
import { networkCheck } from '../checks/check-network.ts';
import { runChecks, type Check } from '../checks/finding.ts';
import type { UserActor } from '@aigc/core/actor';
import type { RequestContext } from '../trpc/context.ts';
import { serverContext } from './server-context.ts';

/** Too costly, or too loud, to be done all the time. */
const KINDS: Record<CheckKind, readonly Check<ContentContext>[]> = {
  books: BOOK_CHECKS,
  providers: [networkCheck],
};

type Caller = Pick<RequestContext, 'container' | 'deps'> & { actor: UserActor };

/** Runs the checks of a kind one after the other and tells each as it ends. Changes nothing. */
export async function runOnDemand(
  { container, deps, actor }: Caller,
  kind: CheckKind,
  signal: AbortSignal | undefined,
): Promise<AsyncGenerator<CheckEvent, void>> {
  const admitted = await container.testLimiter.enter(actor.userId);
  return tellChecks();

  async function* tellChecks(): AsyncGenerator<CheckEvent, void> {
    admitted.begin();
    try {
      const checks = KINDS[kind];
      yield { type: 'start', names: checks.map(({ name }) => name) };
      const found: HealthFinding[] = [];
      for (const check of checks) {
        if (signal?.aborted === true) return;
        const findings = (await runChecks([check], serverContext(container))).map((each) => ({ ...each }));
        found.push(...findings);
        yield { type: 'checked', name: check.name, findings };
      }
      const faults = found.filter(({ status }) => status === 'fail').length;
      await recordAudit(deps.em, actor, {
        action: 'health.check',
        targetType: 'platform',
        targetId: null,
        after: { kind, faults, attention: found.filter(({ status }) => status === 'warn').length },
      });
      yield { type: 'result', ok: faults === 0, findings: found };
    } finally {
      admitted.end();
    }
  }
}
