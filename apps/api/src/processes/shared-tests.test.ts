import { expect, test } from 'vitest';
import { createTestLimiter } from '../trpc/test-limiter.ts';
import { createSharedTestLimiter, createTestDesk } from './shared-tests.ts';

function fixture() {
  const desk = createTestDesk(createTestLimiter(() => 0));
  const workers = [1, 2].map((worker) =>
    createSharedTestLimiter(
      { enter: async (userId) => desk.enter(worker, userId), begin: desk.begin, end: desk.end },
      createTestLimiter(() => 0),
    ),
  );
  const enter = async (worker: number) => workers[worker]?.enter('usr_1');
  return { desk, enter };
}

test('two workers together let in as many tests as one process would', async () => {
  const { enter } = fixture();
  const first = await enter(0);
  const second = await enter(1);
  await expect(enter(0)).rejects.toMatchObject({ code: 'rate_limit_exceeded' });
  first?.end();
  await enter(1);
  second?.begin();
  await expect(enter(0)).rejects.toMatchObject({ options: { retryAfterSeconds: 1 } });
});

test('the tests of a dead worker end', async () => {
  const { desk, enter } = fixture();
  for (const running of [await enter(0), await enter(0)]) running?.begin();
  await expect(enter(1)).rejects.toMatchObject({ code: 'rate_limit_exceeded' });
  desk.forget(1);
  await enter(1);
});

test('while the primary process is silent each worker counts its own', async () => {
  const gone = { enter: () => Promise.reject(new Error('gone')), begin() {}, end() {} };
  const limiter = createSharedTestLimiter(
    gone,
    createTestLimiter(() => 0),
  );
  await limiter.enter('usr_1');
  await limiter.enter('usr_1');
  await expect(limiter.enter('usr_1')).rejects.toMatchObject({ code: 'rate_limit_exceeded' });
});
