import { expect, test } from 'vitest';
import { CallGap } from './call-gap.ts';

const EARLY = '2026-11-21T10:00:00.000Z';
const LATE = '2026-11-21T10:00:01.000Z';

test('of several batches, the first id and the first begin count', () => {
  const gap = new CallGap();
  gap.open({ fromId: 9n, from: EARLY });
  gap.open({ fromId: 5n, from: LATE });
  expect(gap.take()).toEqual({ fromId: 5n, from: EARLY });
});

test.each([true, false])(
  'where one says nothing of when it began, nothing is known (first: %j)',
  (isFirst) => {
    const gap = new CallGap();
    if (isFirst) gap.open();
    gap.open({ fromId: 5n, from: LATE });
    if (!isFirst) gap.open();
    expect(gap.take()).toEqual({ fromId: 5n, from: undefined });
  },
);

test('what was missed is taken once', () => {
  const gap = new CallGap();
  gap.open();
  expect(gap.isOpen).toBe(true);
  gap.take();
  expect(gap.isOpen).toBe(false);
  expect(gap.take()).toBeNull();
});
