import { fileURLToPath } from 'node:url';
import { startChild, type Core } from '../processes/child.ts';
import type { Gateway, Upstream } from './gateway.ts';

const PROGRAM = fileURLToPath(new URL('../references/dispatch.ts', import.meta.url));

/** The bare node:http + undici pass-through. */
export async function startDispatch(upstream: Upstream, core: Core): Promise<Gateway> {
  const child = startChild([process.execPath, PROGRAM, `http://127.0.0.1:${upstream.port}`], {
    core,
    hasChannel: true,
    env: { NODE_ENV: 'production' },
  });
  const [, port] = await child.printed(/listening on (\d+)/);
  return {
    name: 'dispatch',
    target: { port: Number(port), path: '/v1/chat/completions', headers: [], keys: ['none'] },
    pids: () => [child.pid],
    output: child.output,
    stop: child.stop,
  };
}
