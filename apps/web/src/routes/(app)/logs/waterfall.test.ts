import type { LoggedAttempt } from '@aigc/shared/schemas/routing';
import { describe, expect, it } from 'vitest';
import { waterfallOf } from './waterfall.ts';

const attempt = (
  started_ms: number,
  latency_ms: number,
  error_code: string | null = null,
): LoggedAttempt => ({
  model: 'm',
  provider: 'p',
  upstream_model: 'u',
  started_ms,
  latency_ms,
  http_status: error_code === null ? 200 : 503,
  error_code,
});

describe('waterfallOf', () => {
  it('cuts a streamed call into the gateway’s time, waiting and answering, which add up to the whole', () => {
    const { wholeMs, gateway, attempts } = waterfallOf({
      attempts: [attempt(20, 900)],
      latency_ms: 1_000,
      ttft_ms: 300,
    });
    expect(wholeMs).toBe(1_000);
    expect(gateway).toEqual({ kind: 'gateway', startMs: 0, durationMs: 20 });
    expect(attempts).toEqual([
      [
        { kind: 'waiting', startMs: 20, durationMs: 280 },
        { kind: 'answering', startMs: 300, durationMs: 700 },
      ],
    ]);
  });

  it('shows what failed before the attempt that answered', () => {
    const { attempts, gateway } = waterfallOf({
      attempts: [attempt(0, 100, 'upstream_timeout'), attempt(250, 50)],
      latency_ms: 300,
      ttft_ms: null,
    });
    expect(gateway).toBeUndefined();
    expect(attempts).toEqual([
      [{ kind: 'failed', startMs: 0, durationMs: 100 }],
      [{ kind: 'waiting', startMs: 250, durationMs: 50 }],
    ]);
  });

  it('keeps within the scale whatever clocks said', () => {
    const { attempts, wholeMs } = waterfallOf({
      attempts: [attempt(400, 100)],
      latency_ms: 450,
      ttft_ms: 10,
    });
    expect(wholeMs).toBe(500);
    expect(attempts).toEqual([[{ kind: 'answering', startMs: 400, durationMs: 100 }]]);
    expect(waterfallOf({ attempts: [], latency_ms: null, ttft_ms: null })).toEqual({
      wholeMs: 1,
      gateway: undefined,
      attempts: [],
    });
  });
});
