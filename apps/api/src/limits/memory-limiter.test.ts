import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RateLimits } from '@aigc/core/snapshot/snapshot';
import { LimitsModel, type ModelCall } from '../../test/support/limits-model.ts';
import type { Permit } from './limiter.ts';
import { createMemoryLimiter } from './memory-limiter.ts';

const NONE: RateLimits = { rpm: null, tpm: null, concurrency: null };

function fixture() {
  const clock = { nowMs: 1_000 };
  return { clock, limiter: createMemoryLimiter(() => clock.nowMs) };
}

test('of a hundred calls in a minute exactly as many are admitted as the limit says, and again in the next', () => {
  const { clock, limiter } = fixture();
  const subjects = [{ id: 'key:1', limits: { ...NONE, rpm: 10 } }];
  const countAdmitted = () =>
    Array.from({ length: 100 }, () => limiter.admit(subjects, 0)).filter((answer) => answer.admitted).length;
  expect(countAdmitted()).toBe(10);
  clock.nowMs += 59_999;
  expect(countAdmitted()).toBe(0);
  clock.nowMs += 1;
  expect(countAdmitted()).toBe(10);
});

test('a refused call takes nothing from the limits that had room', () => {
  const { limiter } = fixture();
  const full = { id: 'key:1', limits: { ...NONE, concurrency: 0 } };
  const roomy = { id: 'user:1', limits: { rpm: 1, tpm: 100, concurrency: 1 } };
  const refused = limiter.admit([roomy, full], 100);
  expect(refused).toMatchObject({
    admitted: false,
    refusedBy: { subject: 'key:1', kind: 'concurrency', limit: 0 },
    retryAfterMs: 1_000,
  });
  expect(limiter.admit([roomy], 100)).toMatchObject({ admitted: true });
});

test('a refusal names the limit with the longest wait, and the wait', () => {
  const { clock, limiter } = fixture();
  const first = { id: 'key:1', limits: { ...NONE, rpm: 1 } };
  const second = { id: 'user:1', limits: { ...NONE, tpm: 50 } };
  limiter.admit([first], 0);
  clock.nowMs += 10_000;
  limiter.admit([second], 50);
  clock.nowMs += 5_000;
  expect(limiter.admit([first, second], 10)).toMatchObject({
    admitted: false,
    refusedBy: { subject: 'user:1', kind: 'tokens', limit: 50 },
    retryAfterMs: 55_000,
  });
});

test('the end of a call turns what it reserved into what it used, once, and only in its own window', () => {
  const { clock, limiter } = fixture();
  const subjects = [{ id: 'key:1', limits: { ...NONE, tpm: 1_000 } }];
  const permit = admitted(limiter.admit(subjects, 800));
  expect(limiter.admit(subjects, 201).admitted).toBe(false);
  permit.end(100);
  permit.end(0);
  expect(limiter.admit(subjects, 0).state.tokens).toMatchObject({ limit: 1_000, remaining: 900 });
  const late = admitted(limiter.admit(subjects, 900));
  clock.nowMs += 60_000;
  expect(limiter.admit(subjects, 300).state.tokens).toMatchObject({ remaining: 700 });
  late.end(0);
  expect(limiter.admit(subjects, 0).state.tokens).toMatchObject({ remaining: 700 });
});

test('a call that no window could hold takes what is left of one, and nothing runs beside it', () => {
  const { limiter } = fixture();
  const subjects = [{ id: 'key:1', limits: { ...NONE, tpm: 1_000 } }];
  const large = admitted(limiter.admit(subjects, 5_000));
  expect(limiter.admit(subjects, 5_000).admitted).toBe(false);
  expect(limiter.admit(subjects, 1).admitted).toBe(false);
  large.end(300);
  const next = limiter.admit(subjects, 5_000);
  expect(next.state.tokens).toMatchObject({ remaining: 0 });
  admitted(next).end(1_500);
  expect(limiter.admit(subjects, 5_000)).toMatchObject({
    admitted: false,
    state: { tokens: { remaining: 0 } },
  });
});

test('the state tells the tightest of the limits that apply', () => {
  const { limiter } = fixture();
  const subjects = [
    { id: 'key:1', limits: { ...NONE, rpm: 10 } },
    { id: 'user:1', limits: { ...NONE, rpm: 5, tpm: 100 } },
    { id: 'model:1', limits: { ...NONE, tpm: 1_000 } },
  ];
  expect(limiter.admit(subjects, 30).state).toEqual({
    requests: { limit: 5, remaining: 4, resetMs: 60_000 },
    tokens: { limit: 100, remaining: 70, resetMs: 60_000 },
  });
});

test('without limits there is no state, and nothing is remembered', () => {
  const { limiter } = fixture();
  for (const id of ['key:1', 'key:2']) {
    expect(limiter.admit([{ id, limits: NONE }], 10).state).toEqual({ requests: null, tokens: null });
  }
  expect(limiter.size()).toBe(0);
});

test('a call that ends in whatever order frees exactly its own places', () => {
  const { limiter } = fixture();
  const subjects = [{ id: 'key:1', limits: { ...NONE, concurrency: 2 } }];
  const [first, second] = [admitted(limiter.admit(subjects, 0)), admitted(limiter.admit(subjects, 0))];
  expect(limiter.admit(subjects, 0).admitted).toBe(false);
  second.end(0);
  second.end(0);
  expect(limiter.admit(subjects, 0).admitted).toBe(true);
  expect(limiter.admit(subjects, 0).admitted).toBe(false);
  first.end(0);
  expect(limiter.admit(subjects, 0).admitted).toBe(true);
});

const limit = (max: number) => fc.option(fc.integer({ min: 0, max }), { nil: null, freq: 2 });
const limits = fc.record({ rpm: limit(6), tpm: limit(200), concurrency: limit(3) });
const step = fc.oneof(
  fc.record({
    kind: fc.constant('admit' as const),
    of: fc.subarray([0, 1, 2], { minLength: 1 }),
    tokens: fc.integer({ min: 0, max: 300 }),
  }),
  fc.record({ kind: fc.constant('end' as const), which: fc.nat(), used: fc.integer({ min: 0, max: 300 }) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 70_000 }) }),
  fc.record({ kind: fc.constant('change' as const), which: fc.nat({ max: 2 }), limits }),
);

test('every answer, over any history, is the one that the meaning of the limits gives', () => {
  fc.assert(
    fc.property(fc.tuple(limits, limits, limits), fc.array(step, { maxLength: 60 }), (given, steps) => {
      const { clock, limiter } = fixture();
      const model = new LimitsModel();
      const all = given.map((of, index) => ({ id: `subject:${index}`, limits: of }));
      const running: { permit: Permit; call: ModelCall }[] = [];
      for (const action of steps) {
        if (action.kind === 'wait') clock.nowMs += action.ms;
        if (action.kind === 'change') {
          all[action.which] = { id: `subject:${action.which}`, limits: action.limits };
        }
        if (action.kind === 'end') {
          const [ended] = running.splice(action.which % Math.max(1, running.length), 1);
          ended?.permit.end(action.used);
          if (ended !== undefined) model.end(ended.call, action.used);
        }
        if (action.kind !== 'admit') continue;
        const subjects = all.filter((_, index) => action.of.includes(index));
        const answer = limiter.admit(subjects, action.tokens);
        expect(answer.admitted).toBe(model.hasRoom(subjects, action.tokens, clock.nowMs));
        if (answer.admitted) {
          running.push({
            permit: answer.permit,
            call: model.begin(subjects, action.tokens, clock.nowMs),
          });
        } else {
          expect(answer.retryAfterMs).toBeGreaterThan(0);
          expect(answer.retryAfterMs).toBeLessThanOrEqual(60_000);
        }
        const left = subjects.flatMap(({ id, limits: { rpm } }) =>
          rpm === null ? [] : [Math.max(0, rpm - model.requestsUsed(id, clock.nowMs))],
        );
        const tokensLeft = subjects.flatMap(({ id, limits: { tpm } }) =>
          tpm === null ? [] : [Math.max(0, tpm - model.tokensUsed(id, clock.nowMs))],
        );
        expect(answer.state.requests?.remaining ?? null).toBe(left.length === 0 ? null : Math.min(...left));
        expect(answer.state.tokens?.remaining ?? null).toBe(
          tokensLeft.length === 0 ? null : Math.min(...tokensLeft),
        );
      }
    }),
    { numRuns: 500 },
  );
});

function admitted(answer: ReturnType<ReturnType<typeof createMemoryLimiter>['admit']>): Permit {
  if (!answer.admitted) throw new Error('refused');
  return answer.permit;
}
