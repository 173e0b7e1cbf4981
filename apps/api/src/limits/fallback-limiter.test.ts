import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createFallbackLimiter, type RemoteLimits } from './fallback-limiter.ts';
import type { Admission } from './limiter.ts';
import { createMemoryLimiter } from './memory-limiter.ts';

const SUBJECTS = [{ id: 'key:1', limits: { rpm: 2, tpm: null, concurrency: null } }];

function fixture(answer: () => Admission | Promise<Admission>) {
  const clock = { nowMs: 0 };
  const place = { answer, asked: 0, unwanted: 0 };
  const remote: RemoteLimits = {
    ask(_subjects, _tokens, isAwaited) {
      place.asked += 1;
      const given = place.answer();
      if (!(given instanceof Promise)) return given;
      return given.then((admission) => {
        if (!isAwaited()) place.unwanted += 1;
        return admission;
      });
    },
    async close() {},
  };
  const changes: boolean[] = [];
  const limiter = createFallbackLimiter({
    remote,
    local: createMemoryLimiter(() => clock.nowMs),
    deadlineMs: 20,
    onChange: (isRemote) => changes.push(isRemote),
    now: () => clock.nowMs,
  });
  return { clock, place, changes, limiter };
}

const yes = (): Admission => ({
  admitted: true,
  state: { requests: { limit: 2, remaining: 1, resetMs: 7 }, tokens: null },
  permit: { end() {} },
});
const never = () => new Promise<Admission>(() => {});

test('while the other place is silent this process counts, and only one call a second waits for it', async () => {
  const { clock, place, changes, limiter } = fixture(never);
  const answers = await Promise.all([1, 2, 3].map(async () => limiter.admit(SUBJECTS, 0)));
  expect(answers.map(({ admitted }) => admitted)).toEqual([true, true, false]);
  expect(changes).toEqual([false]);
  expect(limiter.admit(SUBJECTS, 0)).not.toBeInstanceOf(Promise);
  expect(place.asked).toBe(3);
  clock.nowMs = 1_000;
  const trying = limiter.admit(SUBJECTS, 0);
  expect(limiter.admit(SUBJECTS, 0)).not.toBeInstanceOf(Promise);
  expect((await trying).admitted).toBe(false);
  expect(place.asked).toBe(4);
});

test('it is used again as soon as one call has its answer', async () => {
  const { clock, place, changes, limiter } = fixture(() => Promise.reject(new Error('refused')));
  expect((await limiter.admit(SUBJECTS, 0)).state.requests?.resetMs).toBe(60_000);
  clock.nowMs = 1_000;
  place.answer = async () => yes();
  expect((await limiter.admit(SUBJECTS, 0)).state.requests?.resetMs).toBe(7);
  expect((await limiter.admit(SUBJECTS, 0)).state.requests?.resetMs).toBe(7);
  expect(changes).toEqual([false, true]);
});

test('an answer that comes too late is told that nobody waits', async () => {
  const { place, limiter } = fixture(() => delay(60, yes()));
  expect((await limiter.admit(SUBJECTS, 0)).state.requests?.resetMs).toBe(60_000);
  await delay(80);
  expect(place.unwanted).toBe(1);
});

test('an answer that lies ready when this process was busy beyond the deadline counts', async () => {
  const { place, changes, limiter } = fixture(never);
  const { port1, port2 } = new MessageChannel();
  place.answer = () => new Promise((resolve) => port2.once('message', () => resolve(yes())));
  const answer = limiter.admit(SUBJECTS, 0);
  port1.postMessage('ready');
  const busyUntilMs = performance.now() + 40;
  while (performance.now() < busyUntilMs);
  expect((await answer).state.requests?.resetMs).toBe(7);
  expect(changes).toEqual([]);
  port1.close();
});
