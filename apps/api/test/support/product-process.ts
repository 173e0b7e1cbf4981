import { spawn, type ChildProcess } from 'node:child_process';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const READY_TIMEOUT_MS = 50_000;

/** The product as a process of its own. */
export interface ProductProcess {
  child: ChildProcess;
  /** What it has printed so far, on both outputs. */
  output(): string;
  /** Resolves with the address once the product says that it is ready; rejects when it ends before. */
  ready(): Promise<string>;
  /** Resolves with its exit code. */
  ended: Promise<number | null>;
}

/** Starts `apps/api/src/main.ts` with these variables and nothing of the tests' own environment but the path. */
export function startProduct(
  env: Record<string, string>,
  options: { hasLauncher?: boolean } = {},
): ProductProcess {
  const child = spawn(process.execPath, [MAIN], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: { PATH: process.env['PATH'] ?? '', TMPDIR: process.env['TMPDIR'] ?? '', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(options.hasLauncher ? (['ipc'] as const) : [])],
  });
  let text = '';
  const outputs = [child.stdout, child.stderr].filter((stream) => stream !== null);
  for (const stream of outputs) {
    stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  }
  // Not `close`: it does not come when this side has closed the launcher's channel.
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const ended = Promise.all([exited, ...outputs.map((stream) => finished(stream))]).then(([code]) => code);
  async function ready(): Promise<string> {
    const deadline = performance.now() + READY_TIMEOUT_MS;
    for (;;) {
      const [, address] = /AIGC Space is ready: +(\S+)/.exec(text) ?? [];
      if (address !== undefined && text.includes('"messages"')) return address;
      if (child.exitCode !== null || performance.now() > deadline) throw new Error(`not ready:\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  return { child, output: () => text, ready, ended };
}
