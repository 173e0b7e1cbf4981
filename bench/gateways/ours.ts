import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findEmbeddedPostgres } from '@aigc/db/embedded/embedded-postgres';
import { generatePlatformKey } from '@aigc/shared/platform-key';
import { familyOf } from '../processes/cpu-time.ts';
import { pin, startChild, type Child, type Core } from '../processes/child.ts';
import type { Gateway, Upstream } from './gateway.ts';
import { seedInstallation } from './seed-installation.ts';

const MAIN = fileURLToPath(new URL('../../apps/api/src/main.ts', import.meta.url));
/** Credentials that the load takes turns with, out of all that the installation has. */
const HOT_KEYS = 500;
/** For what a start does in the background. */
const CALM_DOWN_MS = 1_500;

export interface OurOptions {
  /** Where the server runs; its database always runs on the other core. */
  core: Core;
  keys: number;
  /** Over the variables of the benchmark. */
  env?: Record<string, string>;
  /** For Node, before the program. */
  nodeArguments?: readonly string[];
}

/** The product itself, as people run it, with everything on. */
export interface OurGateway extends Gateway {
  dataDir: string;
  /** The database server's processes. */
  databasePids(): number[];
  /** Ends it as an operator does and starts it again on the same data. */
  restart(options?: Pick<OurOptions, 'env' | 'nodeArguments' | 'core'>): Promise<void>;
  /** Where its inspector listens, when Node was asked for one. */
  inspectorUrl(): string;
  /** Shuts it down and keeps its data, until `stop`. */
  pause(): Promise<void>;
}

/** Starts it on a database of its own, fills that set-based, and starts it again. */
export async function startOurs(upstream: Upstream, options: OurOptions): Promise<OurGateway> {
  const dataDir = await mkdtemp(join(tmpdir(), 'aigc-bench-'));
  const secretKeys = `1:${randomBytes(32).toString('base64')}`;
  const env: Record<string, string> = {
    NODE_ENV: 'production',
    PORT: '0',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'warn',
    SECRET_KEYS: secretKeys,
    UPSTREAM_ALLOW: `127.0.0.1:${upstream.port}`,
    INIT_ADMIN_EMAIL: 'admin@example.com',
    INIT_ADMIN_PASSWORD: randomBytes(12).toString('base64url'),
    INIT_API_KEY: generatePlatformKey(),
  };
  const target = { port: 0, path: '/v1/chat/completions', headers: [], keys: [] as string[] };
  let child: Child;

  async function launch(given: Pick<OurOptions, 'env' | 'nodeArguments' | 'core'>): Promise<void> {
    child = startChild([process.execPath, ...(given.nodeArguments ?? []), MAIN], {
      core: given.core,
      // Without a `.env` of whoever runs this.
      cwd: dataDir,
      env: { ...env, ...given.env },
      hasChannel: true,
    });
    const [, port] = await child.printed(/AIGC Space is ready: +http:\/\/127\.0\.0\.1:(\d+)/);
    target.port = Number(port);
    pin(familyOf(postmasterPid()), given.core === null ? null : 1);
    await new Promise((resolve) => setTimeout(resolve, CALM_DOWN_MS));
  }

  function postmasterPid(): number {
    const [pid = ''] = readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n', 1);
    return Number(pid);
  }

  await launch({ core: options.core });
  const connectionString = await findEmbeddedPostgres({ dataDir });
  if (connectionString === undefined) throw new Error('the database server was not found');
  const keys = await seedInstallation({
    connectionString,
    secretKeys,
    upstreamBaseUrl: `http://127.0.0.1:${upstream.port}/v1`,
    keys: options.keys,
  });
  const step = Math.max(1, Math.floor(keys.length / HOT_KEYS));
  target.keys = keys.filter((_, index) => index % step === 0).slice(0, HOT_KEYS);
  let last: Pick<OurOptions, 'env' | 'nodeArguments' | 'core'> = options;
  await stopChild();
  await launch(last);

  async function stopChild(): Promise<void> {
    await child.stop();
  }

  return {
    name: 'ours',
    target,
    dataDir,
    pids: () => familyOf(child.pid, [postmasterPid()]),
    output: () => child.output(),
    databasePids: () => familyOf(postmasterPid()),
    async restart(changes = last) {
      await stopChild();
      last = { ...last, ...changes };
      await launch(last);
    },
    inspectorUrl: () => /ws:\/\/\S+/.exec(child.output())?.[0] ?? '',
    pause: stopChild,
    async stop() {
      await stopChild();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
