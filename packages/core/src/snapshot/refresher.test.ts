import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Refresher } from './refresher.ts';

test('however many ask, one refresh runs and one waits, and each asker gets one that began after asking', async () => {
  let [begun, running, most] = [0, 0, 0];
  const refresher = new Refresher(async () => {
    begun += 1;
    running += 1;
    most = Math.max(most, running);
    await delay(5);
    running -= 1;
  }, 0);
  const ask = async () => {
    const begunBefore = begun;
    await refresher.refresh();
    expect(begun).toBeGreaterThan(begunBefore);
  };
  const first = Array.from({ length: 500 }, ask);
  await delay(2);
  await Promise.all([...first, ...Array.from({ length: 500 }, ask)]);
  expect(begun).toBe(2);
  expect(most).toBe(1);
});

test('a failure is told to those who waited for it, and the next refresh is a new attempt', async () => {
  let attempts = 0;
  const refresher = new Refresher(async () => {
    attempts += 1;
    await delay(1);
    if (attempts === 1) throw new Error('away');
  }, 0);
  const outcomes = await Promise.allSettled([refresher.refresh(), refresher.refresh()]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await refresher.refresh();
  expect(attempts).toBe(2);
  expect(refresher.isBusy).toBe(false);
});

test('refreshes keep their distance', async () => {
  let begun = 0;
  const refresher = new Refresher(async () => {
    begun += 1;
    await Promise.resolve();
  }, 200);
  await refresher.refresh();
  const second = refresher.refresh();
  await delay(20);
  expect(begun).toBe(1);
  await second;
  expect(begun).toBe(2);
});
