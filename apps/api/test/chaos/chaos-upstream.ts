import type { RecordedRequest } from '../support/scripted-upstream/recorded-request.ts';
import { asObject } from '../support/scripted-upstream/recorded-request.ts';
import {
  startScriptedUpstream,
  type ScriptedUpstream,
} from '../support/scripted-upstream/scripted-upstream.ts';
import type { CallPlan } from './call-plan.ts';

/** An upstream that does for each call what its plan says, and counts how often it was asked. */
export interface ChaosUpstream extends Pick<ScriptedUpstream, 'baseUrl' | 'close'> {
  /** From now on these calls are known. */
  expect(plans: readonly Pick<CallPlan, 'index' | 'behaviour'>[]): void;
  /** How often the upstream was asked for this call. */
  askedFor(index: number): number;
}

export async function startChaosUpstream(): Promise<ChaosUpstream> {
  const plans = new Map<number, Pick<CallPlan, 'behaviour'>>();
  const asked = new Map<number, number>();
  const upstream = await startScriptedUpstream({
    decide(record) {
      const index = indexOf(record);
      asked.set(index, (asked.get(index) ?? 0) + 1);
      return plans.get(index)?.behaviour ?? { fault: { kind: 'error', status: 400, message: 'not planned' } };
    },
  });
  return {
    baseUrl: upstream.baseUrl,
    close: () => upstream.close(),
    expect(expected) {
      for (const plan of expected) plans.set(plan.index, plan);
    },
    askedFor: (index) => asked.get(index) ?? 0,
  };
}

/** The planned call that a request is about: its number stands in the prompt. */
function indexOf(record: RecordedRequest): number {
  const messages = asObject(record.body)['messages'];
  const content: unknown = asObject(Array.isArray(messages) ? messages[0] : undefined)['content'];
  const [, index] = /"chaos":(\d+)/.exec(typeof content === 'string' ? content : '') ?? [];
  return Number(index ?? -1);
}
