import { describe, expect, it } from 'vitest';
import { statsRange } from './stats-range.ts';

const now = new Date('2026-11-20T18:30:00Z');

describe('statsRange', () => {
  it('covers whole days of the viewer’s zone, today included', () => {
    expect(statsRange('14d', 'UTC', now)).toEqual({
      from: '2026-11-07T00:00:00.000Z',
      to: '2026-11-20T18:30:00.000Z',
      interval: 'day',
    });
    // In Shanghai it is the 21st already.
    expect(statsRange('7d', 'Asia/Shanghai', now).from).toBe('2026-11-14T16:00:00.000Z');
  });

  it('tells a day by its last 24 hours, this one included', () => {
    expect(statsRange('24h', 'Asia/Shanghai', now)).toMatchObject({
      from: '2026-11-19T19:00:00.000Z',
      interval: 'hour',
    });
  });
});
