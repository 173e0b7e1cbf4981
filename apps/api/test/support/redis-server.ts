import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';

const NAMES = ['valkey-server', 'redis-server'];

/** Redis or Valkey of this machine: REDIS_SERVER_PATH, else from PATH; null: there is none. */
export function findRedisServer(): string | null {
  const given = process.env['REDIS_SERVER_PATH'];
  if (given !== undefined && given !== '') return given;
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of NAMES) if (isExecutable(join(directory, name))) return join(directory, name);
  }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A server of its own on 127.0.0.1, which can be killed, halted and started again on the same port. */
export interface TestRedis {
  url: string;
  /** `SIGKILL`, `SIGSTOP` or `SIGCONT`. */
  signal(name: NodeJS.Signals): void;
  start(): Promise<void>;
  /** Resolves once the process has ended. */
  kill(): Promise<void>;
}

export async function startTestRedis(program: string): Promise<TestRedis> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    child = spawn(
      program,
      ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
      {
        stdio: 'ignore',
      },
    );
    const client = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
    client.on('error', () => {});
    await Promise.race([client.ping(), delay(10_000, null, { ref: false })]);
    client.disconnect();
  }

  async function kill(): Promise<void> {
    const ending = child;
    child = undefined;
    if (ending === undefined) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill('SIGKILL');
    await ended;
  }

  await start();
  return { url, start, kill, signal: (name) => void child?.kill(name) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
