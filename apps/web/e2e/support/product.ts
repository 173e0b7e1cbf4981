import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../../api/src/main.ts', import.meta.url));
const startTimeoutMs = 90_000;
const stopTimeoutMs = 15_000;

/** The running product: one process on a port of its own, with data of its own. */
export interface Product {
  origin: string;
  /** The one-time set-up link's token; null when it is set up already. */
  setupToken: string | null;
  stop: () => Promise<void>;
}

/** Starts the product as an operator would and waits until it says where it answers. */
export async function startProduct(env: Record<string, string> = {}): Promise<Product> {
  // Short: PostgreSQL's socket lies below it, and the path of a Unix socket is limited to about 100 characters.
  const dataDir = await mkdtemp(join(tmpdir(), 'aigc-e2e-'));
  const child = spawn(process.execPath, [entry], {
    env: { ...inheritedEnv(), DATA_DIR: dataDir, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async () => {
    await end(child);
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const output = await readUntilReady(child);
    const origin = /ready:\s+(http:\S+)/.exec(output)?.[1];
    if (!origin) throw new Error(`the product did not say where it answers:\n${output}`);
    return { origin, setupToken: /\/setup\?token=(\S+)/.exec(output)?.[1] ?? null, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What the machine needs to run a process, without settings that someone's shell may hold for the product. */
function inheritedEnv(): Record<string, string> {
  const wanted = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LD_LIBRARY_PATH'];
  return Object.fromEntries(
    wanted.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

function readUntilReady(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(
      () => reject(new Error(`no start within ${startTimeoutMs} ms:\n${output}`)),
      startTimeoutMs,
    );
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      // The call to copy is the last thing printed.
      if (!/\n\s+-d '/.test(output)) return;
      clearTimeout(timer);
      resolve(output);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the product ended with ${code} while it started:\n${output}`));
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await ended;
  clearTimeout(timer);
}
