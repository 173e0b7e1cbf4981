import { describe, expect, it } from 'vitest';
import { createTestLimiter } from './test-limiter.ts';

describe('createTestLimiter', () => {
  it('lets two tests of a user run at once, and the next when one has ended', () => {
    const limiter = createTestLimiter(() => 0);
    const first = limiter.enter('a');
    limiter.enter('a');
    expect(() => limiter.enter('a')).toThrow(/at once/);
    limiter.enter('b');
    first.end();
    limiter.enter('a');
  });

  it('lets ten tests a minute begin and says when the next may', () => {
    let timeMs = 0;
    const limiter = createTestLimiter(() => timeMs);
    for (let count = 0; count < 10; count += 1) {
      timeMs = count * 1_000;
      limiter.enter('a').end();
    }
    expect(() => limiter.enter('a')).toThrow(/try again in 51 s/);
    timeMs = 60_000;
    limiter.enter('a').end();
  });

  it('frees the place of a test that was never ended', () => {
    let timeMs = 0;
    const limiter = createTestLimiter(() => timeMs);
    limiter.enter('a').begin();
    limiter.enter('a').begin();
    timeMs = 3 * 60_000 - 1;
    expect(() => limiter.enter('a')).toThrow(/at once/);
    timeMs = 3 * 60_000;
    limiter.enter('a');
  });

  it('soon frees the place of a test that never began', () => {
    let timeMs = 0;
    const limiter = createTestLimiter(() => timeMs);
    limiter.enter('a');
    limiter.enter('a');
    timeMs = 2_000;
    limiter.enter('a');
  });
});
