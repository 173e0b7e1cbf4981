import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startChild, type Core } from '../processes/child.ts';
import { freePort } from '../processes/free-port.ts';
import type { Gateway, Upstream } from './gateway.ts';

const VERSION = '1.15.2';
/** With newer ones of these two its streams fail. */
const PINNED = { '@hono/node-server': '1.13.5', hono: '4.9.7' };
const INSTALL_TIMEOUT_MS = 180_000;

/** Installs it once, outside the workspace, without running its scripts. */
async function install(): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'aigc-space-bench', `portkey-${VERSION}`);
  const program = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  if (existsSync(program)) return program;
  await mkdir(folder, { recursive: true });
  const manifest = { private: true, dependencies: { '@portkey-ai/gateway': VERSION }, overrides: PINNED };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await promisify(execFile)('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    timeout: INSTALL_TIMEOUT_MS,
  });
  return program;
}

/** Portkey's gateway in front of the mock; null, with the reason told, when it cannot be installed. */
export async function startPortkey(
  upstream: Upstream,
  options: { core: Core; node: string; say: (line: string) => void },
): Promise<Gateway | null> {
  let program: string;
  try {
    program = await install();
  } catch (error) {
    options.say(
      `Portkey's gateway could not be installed: ${error instanceof Error ? error.message : String(error)}`,
    );
    return null;
  }
  const port = await freePort();
  const child = startChild([options.node, program, '--headless', `--port=${port}`], {
    core: options.core,
    env: { NODE_ENV: 'production' },
  });
  await child.printed(/Ready for connections/);
  return {
    name: 'portkey',
    target: {
      port,
      path: '/v1/chat/completions',
      headers: ['x-portkey-provider: openai', `x-portkey-custom-host: http://127.0.0.1:${upstream.port}/v1`],
      keys: ['none'],
    },
    pids: () => [child.pid],
    output: child.output,
    stop: child.stop,
  };
}
