import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { familyOf } from '../processes/cpu-time.ts';
import { startChild, type Core } from '../processes/child.ts';
import { freePort } from '../processes/free-port.ts';
import type { Gateway, Upstream } from './gateway.ts';

function isInstalled(): boolean {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** One worker, kept connections on both sides, no log. */
function configuration(port: number, upstream: Upstream, folder: string): string {
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return `${user}
daemon off;
worker_processes 1;
worker_rlimit_nofile 16384;
pid ${folder}/nginx.pid;
error_log stderr crit;
events { worker_connections 8192; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  keepalive_requests 100000000;
  client_max_body_size 64m;
  upstream mock {
    server 127.0.0.1:${upstream.port};
    keepalive 512;
    keepalive_requests 100000000;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://mock;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`;
}

/** nginx `proxy_pass` with kept connections; null where nginx is not installed. */
export async function startNginx(upstream: Upstream, core: Core): Promise<Gateway | null> {
  if (!isInstalled()) return null;
  const folder = await mkdtemp(join(tmpdir(), 'aigc-bench-nginx-'));
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  await writeFile(file, configuration(port, upstream, folder));
  const child = startChild(['nginx', '-p', folder, '-c', file], { core });
  const deadline = performance.now() + 5_000;
  // The master forks its worker once it listens.
  while (familyOf(child.pid).length < 2) {
    if (performance.now() > deadline) throw new Error(`nginx did not start:\n${child.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    name: 'nginx',
    target: { port, path: '/v1/chat/completions', headers: [], keys: ['none'] },
    pids: () => familyOf(child.pid),
    output: child.output,
    async stop() {
      await child.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
