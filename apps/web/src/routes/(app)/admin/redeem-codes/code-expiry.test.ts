import { describe, expect, it } from 'vitest';
import { expiryOf } from './code-expiry.ts';

const now = new Date('2026-11-21T10:00:00Z');

describe('the expiry of codes', () => {
  it('is never, some days from now, or the end of a day in the viewer’s zone', () => {
    expect(expiryOf('none', '', { zone: 'UTC', now })).toBeNull();
    expect(expiryOf('30', '', { zone: 'UTC', now })).toBe('2026-12-21T10:00:00.000Z');
    expect(expiryOf('day', '2026-12-31', { zone: 'Asia/Shanghai', now })).toBe('2026-12-31T16:00:00.000Z');
  });
});
