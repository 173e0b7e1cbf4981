import type { Behaviour, Fault, ScriptedUsage } from '../support/scripted-upstream/behaviour.ts';
import type { Random } from './seeded-random.ts';

/** `priced` and `free` are cloud models; `local` belongs to the caller. */
export type PlannedModel = 'priced' | 'free' | 'local';

/** One call of a round: when it comes, from whom, and what its upstream does. */
export interface CallPlan {
  /** Unique within a run. It travels in the prompt, so that the upstream knows its part. */
  index: number;
  /** Whose key it is called with: see `chaos-world.ts`. */
  caller: number;
  model: PlannedModel;
  isStream: boolean;
  startAfterMs: number;
  /** When the client leaves, from the start of the call; null: it stays to the end. */
  leaveAfterMs: number | null;
  maxTokens: number | null;
  /** Bytes added to the prompt. */
  padding: number;
  idempotencyKey: string | null;
  /** What the upstream reports, which nobody else in the run does; null: nothing. */
  usage: ScriptedUsage | null;
  behaviour: Behaviour;
}

export interface RoundShape {
  calls: number;
  callers: number;
  /** Calls begin within this time. */
  spreadMs: number;
  /** The first index that is free. */
  firstIndex: number;
}

const PROMPT_COUNTS = 499;
const COMPLETION_COUNTS = 400;
const FAULTS: readonly Fault[] = [
  { kind: 'error', status: 500 },
  { kind: 'error', status: 400 },
  { kind: 'error', status: 429 },
  { kind: 'reset_before_headers' },
  { kind: 'html' },
  { kind: 'reset_mid_stream', afterEvents: 3 },
  { kind: 'end_mid_stream', afterEvents: 2 },
  { kind: 'error_in_stream', afterEvents: 3 },
];

/** Token counts by which an answer can be told from every other of the run. */
export function usageOfCall(index: number): ScriptedUsage {
  const completionTokens = 1 + (Math.floor(index / PROMPT_COUNTS) % COMPLETION_COUNTS);
  return { promptTokens: 1 + (index % PROMPT_COUNTS), completionTokens };
}

/** How many calls a run can have until their counts repeat. */
export const MAX_CALLS = PROMPT_COUNTS * COMPLETION_COUNTS;

/** The calls of a round, some of them repeats of each other with one `Idempotency-Key`. */
export function planCalls(random: Random, shape: RoundShape): CallPlan[] {
  const plans: CallPlan[] = [];
  for (let index = shape.firstIndex; index < shape.firstIndex + shape.calls; index += 1) {
    const plan = planCall(random, index, shape);
    plans.push(plan);
    if (plan.idempotencyKey === null) continue;
    for (let repeats = random.between(1, 5); repeats > 0; repeats -= 1) {
      plans.push({ ...plan, startAfterMs: random.between(plan.startAfterMs, shape.spreadMs) });
    }
  }
  return plans;
}

function planCall(random: Random, index: number, shape: RoundShape): CallPlan {
  const isStream = random.chance(0.5);
  const isRepeated = random.chance(0.08);
  const reports = random.chance(0.9);
  const usage = reports ? usageOfCall(index) : null;
  const pieces = Array.from({ length: random.between(1, 12) }, (_, at) => ` word${at}`);
  return {
    index,
    caller: random.between(0, shape.callers - 1),
    model: random.pick(['priced', 'priced', 'priced', 'free', 'local'] as const),
    isStream,
    startAfterMs: random.between(0, shape.spreadMs),
    leaveAfterMs: !isRepeated && random.chance(0.15) ? random.between(1, 200) : null,
    maxTokens: random.chance(0.7) ? random.between(50, 600) : null,
    padding: random.chance(0.3) ? random.between(0, 4_000) : 0,
    idempotencyKey: isRepeated ? `chaos-${index}` : null,
    usage,
    behaviour: {
      usage,
      pieces,
      delayMs: random.chance(0.5) ? random.between(0, 150) : 0,
      ...(isStream ? { dripMs: random.between(0, 30) } : {}),
      ...(random.chance(0.15) ? { fault: random.pick(FAULTS) } : {}),
    },
  };
}
