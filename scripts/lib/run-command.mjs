import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** @type {Set<number>} process groups that are running now */
const groups = new Set();
let handlersInstalled = false;

/** Ends every command that this process started, with everything that those started. */
export function stopRunningCommands() {
  for (const pid of groups) {
    try {
      process.kill(-pid, 'SIGTERM');
    } catch {
      // It has just ended by itself.
    }
  }
}

function installSignalHandlers() {
  if (handlersInstalled) return;
  handlersInstalled = true;
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // While a supervised program runs, the supervisor decides.
      if (groups.size === 0 && process.listenerCount(signal) > 1) return;
      stopRunningCommands();
      process.exit(128 + constants.signals[signal]);
    });
  }
}

/**
 * Runs a command to its end, in a process group of its own, so that a signal to this process ends all of it.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, show?: boolean, timeoutMs?: number, onSpawn?: (pid: number) => void }} options
 *   `show`: its output goes straight to the terminal (stdout to stderr, to keep our stdout clean)
 * @returns {Promise<{ code: number, output: string }>} 127 when it could not be started, 124 after `timeoutMs`
 */
export function runCommand(command, args, { cwd, env, show, timeoutMs, onSpawn }) {
  installSignalHandlers();
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: env || process.env,
      stdio: show ? ['ignore', 2, 2] : ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const { pid } = child;
    /** @type {Buffer[]} */
    const chunks = [];
    let timedOut = false;
    if (pid !== undefined) {
      groups.add(pid);
      if (onSpawn) onSpawn(pid);
    }
    const timer = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs);
    function onTimeout() {
      timedOut = true;
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    }
    if (child.stdout) child.stdout.on('data', (chunk) => chunks.push(chunk));
    if (child.stderr) child.stderr.on('data', (chunk) => chunks.push(chunk));
    /** @param {number} code @param {string} [note] */
    const finish = (code, note = '') => {
      clearTimeout(timer);
      if (pid !== undefined) groups.delete(pid);
      resolve({ code, output: Buffer.concat(chunks).toString() + note });
    };
    child.on('error', (error) => finish(127, `${command}: ${error.message}\n`));
    child.on('close', (code, signal) => {
      if (timedOut) finish(124, `\nstopped after ${(timeoutMs || 0) / 1000} s\n`);
      else if (signal) finish(128 + constants.signals[signal], `\nended by ${signal}\n`);
      else finish(code || 0);
    });
  });
}
