import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RateLimits } from '@aigc/core/snapshot/snapshot';
import type { Admission, LimitedSubject } from '../limiter.ts';
import { createLimitOwner } from './limit-owner.ts';
import { createWorkerLimiter, type WorkerLimiter } from './worker-limiter.ts';

const NONE: RateLimits = { rpm: null, tpm: null, concurrency: null };

function at<T>(list: readonly T[], index: number): T {
  const element = list[index];
  if (element === undefined) throw new Error(`nothing at ${index}`);
  return element;
}

/** A pipe that keeps the order and takes its time, as those between processes do. */
function createPipe(hops: () => number) {
  let last: Promise<unknown> = Promise.resolve();
  return function send<T>(deliver: () => T): Promise<T> {
    const delivered = last.then(async () => {
      for (let hop = hops(); hop > 0; hop -= 1) await new Promise((resolve) => setImmediate(resolve));
      return deliver();
    });
    last = delivered.catch(() => {});
    return delivered;
  };
}

function fixture(count: number, hops: () => number = () => 1) {
  const clock = { nowMs: 5_000 };
  const workers: WorkerLimiter[] = [];
  const toWorker = Array.from({ length: count }, () => createPipe(hops));
  const toOwner = Array.from({ length: count }, () => createPipe(hops));
  const asked = { count: 0 };
  const owner = createLimitOwner({
    workers: count,
    now: () => clock.nowMs,
    // A busy machine takes longer over thousands of messages than a worker may over one.
    recallMs: 60_000,
    recall: (worker, id) =>
      at(
        toWorker,
        worker,
      )(() => {
        const report = at(workers, worker).recall(id);
        return at(toOwner, worker)(() => report);
      }).then((report) => report),
  });
  for (let worker = 0; worker < count; worker += 1) {
    workers.push(
      createWorkerLimiter({
        now: () => clock.nowMs,
        owner: {
          admit: async (ask) => {
            asked.count += 1;
            const sent = structuredClone(ask);
            const answer = await at(toOwner, worker)(() => ({ of: owner.admit(worker, sent) }));
            const given = await answer.of;
            return at(toWorker, worker)(() => structuredClone(given));
          },
          settle: (reports) => void at(toOwner, worker)(() => owner.settle(worker, reports)),
        },
      }),
    );
  }
  const settleDown = async () => {
    for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, owner, workers, asked, settleDown };
}

async function admitAll(answers: (Admission | Promise<Admission>)[]) {
  return (await Promise.all(answers.map(async (answer) => answer))).filter((answer) => answer.admitted);
}

test.each([1, 10, 64, 1_000, 3_000])(
  'of more calls than the limit of %d, spread over workers, exactly as many as the limit are admitted',
  async (rpm) => {
    const { workers } = fixture(3);
    const subjects = [
      { id: 'key:1', limits: { ...NONE, rpm } },
      { id: 'user:1', limits: { ...NONE, rpm: rpm * 2 } },
    ];
    const answers = Array.from({ length: rpm * 2 }, (_, index) => at(workers, index % 3).admit(subjects, 0));
    expect(await admitAll(answers)).toHaveLength(rpm);
  },
);

test('one worker alone may use the whole limit, although the others were given blocks', async () => {
  const { workers, settleDown } = fixture(4);
  const subjects = [{ id: 'key:1', limits: { ...NONE, rpm: 500, concurrency: 100 } }];
  for (const worker of workers) {
    const answer = await worker.admit(subjects, 0);
    if (answer.admitted) answer.permit.end(0);
  }
  await settleDown();
  let admitted = 4;
  for (let call = 0; call < 600; call += 1) {
    const answer = await at(workers, 0).admit(subjects, 0);
    if (!answer.admitted) continue;
    admitted += 1;
    answer.permit.end(0);
  }
  expect(admitted).toBe(500);
});

test('with plenty, few calls ask the owner', async () => {
  const { workers, asked } = fixture(2);
  const subjects = [{ id: 'key:1', limits: { rpm: 100_000, tpm: 10_000_000, concurrency: 1_000 } }];
  for (let call = 0; call < 5_000; call += 1) {
    const answer = await at(workers, call % 2).admit(subjects, 100);
    if (answer.admitted) answer.permit.end(20);
  }
  expect(asked.count).toBeLessThan(50);
});

test('places are free again after the end of their calls, wherever these ran', async () => {
  const { workers, settleDown } = fixture(2);
  const subjects = [{ id: 'key:1', limits: { ...NONE, concurrency: 20 } }];
  for (let round = 0; round < 5; round += 1) {
    const answers = Array.from({ length: 60 }, (_, index) => at(workers, index % 2).admit(subjects, 0));
    const running = await admitAll(answers);
    expect(running).toHaveLength(20);
    for (const answer of running) if (answer.admitted) answer.permit.end(0);
    await settleDown();
  }
});

test('a dead worker frees the places of its calls', async () => {
  const { workers, owner } = fixture(2);
  const subjects = [{ id: 'key:1', limits: { ...NONE, concurrency: 10 } }];
  expect(await admitAll(Array.from({ length: 20 }, () => at(workers, 0).admit(subjects, 0)))).toHaveLength(
    10,
  );
  expect(await admitAll([at(workers, 1).admit(subjects, 0)])).toHaveLength(0);
  owner.forget(0);
  expect(await admitAll(Array.from({ length: 20 }, () => at(workers, 1).admit(subjects, 0)))).toHaveLength(
    10,
  );
});

test('what a dead worker asked for with its last breath takes no place', async () => {
  const { owner, workers } = fixture(2);
  const subject: LimitedSubject = { id: 'key:1', limits: { ...NONE, concurrency: 2 } };
  owner.forget(0);
  expect(() => owner.admit(0, { subjects: [subject], tokens: 0, reports: [] })).toThrow('has died');
  expect(await admitAll([1, 2].map(() => at(workers, 1).admit([subject], 0)))).toHaveLength(2);
});

test('tokens that calls did not use can be used by any worker, and those beyond the bound count', async () => {
  const { workers, settleDown } = fixture(2);
  const subjects = [{ id: 'key:1', limits: { ...NONE, tpm: 1_000 } }];
  const first = await at(workers, 0).admit(subjects, 900);
  expect((await at(workers, 1).admit(subjects, 200)).admitted).toBe(false);
  if (first.admitted) first.permit.end(100);
  await settleDown();
  const second = await at(workers, 1).admit(subjects, 800);
  expect(second).toMatchObject({ admitted: true, state: { tokens: { remaining: 100 } } });
  if (second.admitted) second.permit.end(950);
  await settleDown();
  expect(await at(workers, 0).admit(subjects, 1)).toMatchObject({
    admitted: false,
    state: { tokens: { limit: 1_000, remaining: 0 } },
  });
});

test('an admission that nobody waited for is given back', async () => {
  const { workers, settleDown } = fixture(2);
  const subjects = [{ id: 'key:1', limits: { rpm: 1, tpm: 100, concurrency: 1 } }];
  await at(workers, 0).ask(subjects, 100, () => false);
  await settleDown();
  expect((await at(workers, 1).admit(subjects, 100)).admitted).toBe(true);
});

test('what a worker gives back is free although its answer to a recall comes too late to be waited for', async () => {
  const late = Promise.withResolvers<void>();
  const owner = createLimitOwner({
    workers: 2,
    recallMs: 5,
    recall: async (_worker, id) => {
      await late.promise;
      return first.recall(id);
    },
  });
  const open = (worker: number) =>
    createWorkerLimiter({
      owner: {
        admit: async (ask) => structuredClone(await owner.admit(worker, structuredClone(ask))),
        settle: (reports) => owner.settle(worker, structuredClone(reports)),
      },
    });
  const [first, second] = [open(0), open(1)];
  const subjects: LimitedSubject[] = [{ id: 'model:1', limits: { ...NONE, concurrency: 40 } }];
  await admitAll([first.admit(subjects, 0)]);
  const before = await admitAll(Array.from({ length: 60 }, () => second.admit(subjects, 0)));
  expect(before.length).toBeLessThan(39);
  late.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  const after = await admitAll(Array.from({ length: 60 }, () => second.admit(subjects, 0)));
  expect(before.length + after.length).toBe(39);
});

test('a lowered limit counts at once, also for blocks that were given under the old one', async () => {
  const { workers } = fixture(2);
  const subjects = (rpm: number): LimitedSubject[] => [{ id: 'key:1', limits: { ...NONE, rpm } }];
  for (let call = 0; call < 20; call += 1) await at(workers, call % 2).admit(subjects(1_000), 0);
  expect(
    await admitAll(Array.from({ length: 50 }, (_, i) => at(workers, i % 2).admit(subjects(25), 0))),
  ).toHaveLength(5);
});

const limit = (max: number) => fc.option(fc.integer({ min: 0, max }), { nil: null, freq: 3 });
const limits = fc.record({ rpm: limit(120), tpm: limit(4_000), concurrency: limit(40) });
const call = fc.record({
  worker: fc.nat({ max: 2 }),
  of: fc.subarray([0, 1, 2], { minLength: 1 }),
  tokens: fc.integer({ min: 0, max: 60 }),
  used: fc.integer({ min: 0, max: 60 }),
  ends: fc.boolean(),
});

test('whatever workers do at once, no window and no number of places is exceeded, and nothing is lost for good', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(limits, limits, limits),
      fc.array(fc.array(call, { minLength: 1, maxLength: 40 }), { maxLength: 6 }),
      fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 20 }),
      async (given, rounds, hopCounts) => {
        let turn = 0;
        const { workers, clock, settleDown } = fixture(3, () =>
          at(hopCounts, (turn += 1) % hopCounts.length),
        );
        const all = given.map((of, index) => ({ id: `subject:${index}`, limits: of }));
        const seen = all.map(() => ({ requests: 0, tokens: 0, running: 0 }));
        const open: { permit: { end(used: number): void }; call: (typeof rounds)[number][number] }[] = [];
        for (const round of rounds) {
          await Promise.all(
            round.map(async (each) => {
              const subjects = all.filter((_, index) => each.of.includes(index));
              const answer = await at(workers, each.worker).admit(subjects, each.tokens);
              if (!answer.admitted) return;
              for (const index of each.of) {
                const of = at(seen, index);
                of.requests += 1;
                of.running += 1;
                of.tokens += Math.min(each.used, each.tokens);
                const { rpm, tpm, concurrency } = at(all, index).limits;
                expect(of.requests).toBeLessThanOrEqual(rpm ?? Infinity);
                expect(of.running).toBeLessThanOrEqual(concurrency ?? Infinity);
                if (tpm !== null && tpm >= 60) expect(of.tokens).toBeLessThanOrEqual(tpm);
              }
              if (!each.ends) {
                open.push({ permit: answer.permit, call: each });
                return;
              }
              for (const index of each.of) at(seen, index).running -= 1;
              answer.permit.end(Math.min(each.used, each.tokens));
            }),
          );
        }
        for (const { permit } of open) permit.end(0);
        await settleDown();
        clock.nowMs += 60_000;
        // In a new window, with no call running, everything is there again, for any one worker.
        for (const subject of all) {
          const { rpm, concurrency } = subject.limits;
          const most = Math.min(rpm ?? 200, concurrency ?? 200);
          const answers = Array.from({ length: most + 10 }, () => at(workers, 0).admit([subject], 0));
          const admitted = await admitAll(answers);
          if (subject.limits.tpm !== 0)
            expect(admitted).toHaveLength(rpm === null && concurrency === null ? 210 : most);
        }
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);
