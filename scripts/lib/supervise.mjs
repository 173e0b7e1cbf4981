import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root } from './root.mjs';

/** One Ctrl-C reaches this process twice: from the terminal, and forwarded by npm. */
const SAME_SIGNAL_MS = 500;
const FORCE_AFTER_SIGNALS = 3;

/**
 * Runs Node on the given arguments until it ends, and never leaves it behind.
 *
 * What the program can rely on:
 * - SIGINT, SIGTERM and SIGHUP sent to this launcher, to npm, or to the terminal's process group arrive exactly
 *   once, as SIGINT or SIGTERM. A second one, at least half a second later, is passed on too (a person who wants
 *   out now); the third ends it with SIGKILL.
 * - It has an IPC channel (`process.connected` is true). The channel closes (`process.on('disconnect')`) when this
 *   launcher is gone, even by `kill -9`: the program then shuts down as on SIGTERM. Listening keeps the
 *   event loop alive, so it calls `process.channel.unref()`.
 *
 * @param {string[]} args
 * @param {{ node: string, cwd?: string, env?: NodeJS.ProcessEnv, interactive?: boolean, stop?: AbortSignal }} options
 *   `interactive`: it stays in the terminal's foreground group, to read from it; Ctrl-C then comes from the terminal
 *   alone. `stop`: asks it to end
 * @returns {Promise<number>} its exit code (128 + signal number if a signal ended it)
 */
export function supervise(args, { node, cwd = root, env = process.env, interactive = false, stop }) {
  const child = spawn(node, args, {
    cwd,
    env,
    stdio: [interactive ? 'inherit' : 'ignore', 'inherit', 'inherit', 'ipc'],
    detached: !interactive,
  });
  const signals = forwardSignals(child, interactive && process.stdin.isTTY);
  stop?.addEventListener('abort', () => {
    // A second signal would mean "at once".
    if (signals.count === 0) child.kill('SIGTERM');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(signal ? 128 + constants.signals[signal] : code || 0));
  });
}

/** @param {import('node:child_process').ChildProcess} child @param {boolean} terminalSendsInterrupts */
function forwardSignals(child, terminalSendsInterrupts) {
  let lastMs = Number.NEGATIVE_INFINITY;
  const signals = { count: 0 };
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    const nowMs = performance.now();
    if (nowMs - lastMs < SAME_SIGNAL_MS) return;
    lastMs = nowMs;
    signals.count += 1;
    child.kill(signals.count >= FORCE_AFTER_SIGNALS ? 'SIGKILL' : signal);
  };
  process.on('SIGINT', () => {
    if (!terminalSendsInterrupts) forward('SIGINT');
  });
  process.on('SIGTERM', () => forward('SIGTERM'));
  process.on('SIGHUP', () => forward('SIGTERM'));
  return signals;
}
