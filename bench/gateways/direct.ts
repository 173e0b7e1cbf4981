import type { Gateway, Upstream } from './gateway.ts';

/** No gateway at all: what the mock upstream takes by itself. */
export function direct(upstream: Upstream): Gateway {
  return {
    name: 'direct',
    target: { port: upstream.port, path: '/v1/chat/completions', headers: [], keys: ['none'] },
    pids: () => [],
    output: () => '',
    stop: () => Promise.resolve(),
  };
}
