import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';

/** A core to stay on; null: wherever the kernel likes. */
export type Core = 0 | 1 | null;

export interface ChildOptions {
  core: Core;
  env?: Record<string, string>;
  cwd?: string;
  /** Gives it a channel for messages. */
  hasChannel?: boolean;
}

/** A program that this run has started, and only this run ends. */
export interface Child {
  process: ChildProcess;
  pid: number;
  /** What it has printed so far, on both outputs. */
  output(): string;
  /** Resolves when its output holds this. Rejects when it ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  stop(): Promise<void>;
}

const STOP_TIMEOUT_MS = 60_000;
const READY_TIMEOUT_MS = 90_000;
const running = new Set<ChildProcess>();

/** Whether a process can be kept on one core here. */
export const canPin = isTasksetThere();

function isTasksetThere(): boolean {
  try {
    execFileSync('taskset', ['-p', String(process.pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Moves processes that run already, with all their threads. Null: onto every core. */
export function pin(pids: readonly number[], core: Core): void {
  if (!canPin) return;
  const cores = core === null ? `0-${availableParallelism() - 1}` : String(core);
  for (const pid of pids) {
    try {
      execFileSync('taskset', ['-a', '-c', '-p', cores, String(pid)], { stdio: 'ignore' });
    } catch {
      // It has just ended.
    }
  }
}

/** Starts a program on its core. */
export function startChild(command: readonly string[], options: ChildOptions): Child {
  const pinned =
    canPin && options.core !== null ? ['taskset', '-c', String(options.core), ...command] : command;
  const [program = '', ...args] = pinned;
  const child = spawn(program, args, {
    env: {
      PATH: process.env['PATH'],
      TMPDIR: process.env['TMPDIR'],
      HOME: process.env['HOME'],
      ...options.env,
    },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdio: ['ignore', 'pipe', 'pipe', ...(options.hasChannel === true ? (['ipc'] as const) : [])],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (part: string) => (text += part));
  }

  async function printed(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = performance.now() + READY_TIMEOUT_MS;
    for (;;) {
      const found = pattern.exec(text);
      if (found !== null) return found;
      if (!running.has(child) || performance.now() > deadline) {
        throw new Error(`${command.join(' ')} did not start:\n${text.slice(-4000)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function stop(): Promise<void> {
    if (!running.has(child)) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  }

  return { process: child, pid: child.pid ?? 0, output: () => text, printed, stop };
}

/** Ends whatever this run started and has not ended yet. */
export function stopAllChildren(): void {
  for (const child of running) child.kill('SIGTERM');
}
