import type { UpstreamState } from '@aigc/shared/schemas/routing';
import type { HealthRegister } from './health-register.ts';

const NOT_CALLED: UpstreamState = {
  breaker: 'closed',
  retry_at: null,
  failures: 0,
  last_error_code: null,
  latency_ms: null,
};

/** Tells what this process knows of an upstream, by its key. */
export function stateReader(health: HealthRegister): (key: string) => UpstreamState {
  const nowMs = performance.now();
  const wallMs = Date.now();
  return (key) => {
    const known = health.find(key);
    if (known === null) return NOT_CALLED;
    const { breaker } = known;
    const latencyMs = known.latencyMs(true, nowMs);
    return {
      breaker: breaker.state(nowMs),
      retry_at:
        breaker.openUntilMs === null ? null : new Date(wallMs + breaker.openUntilMs - nowMs).toISOString(),
      failures: breaker.failures,
      last_error_code: known.lastErrorCode,
      latency_ms: latencyMs === null ? null : Math.round(latencyMs),
    };
  };
}
