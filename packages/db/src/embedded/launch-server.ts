import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { serverEnvironment } from './run-program.ts';
import type { RunningServer } from './running-server.ts';
import type { ServerAccount } from './server-account.ts';
import { probeServer, serverPort, type ProbeResult } from './server-probe.ts';
import { stopServer, type StoppableServer } from './stop-server.ts';

/** A server that says nothing at all for this long will not start. */
const silenceMs = 60_000;
/** Recovery after a crash may take minutes on a slow disk, and giving up would only begin it again. */
export const recoveryMs = 15 * 60_000;

export interface LaunchOptions {
  postgres: string;
  account: ServerAccount;
  clusterDir: string;
  socketDir: string;
  /** Takes what the server says before its own log is open; emptied at every launch. */
  startLog: string;
  report: (message: string) => void;
  signal: AbortSignal;
}

/**
 * Starts the server and waits until it answers. Returns undefined when it found the remains of a killed
 * server still in the way, which is worth another try.
 *
 * @throws EmbeddedPostgresError with the server's own words when it does not start.
 */
export async function launchServer(options: LaunchOptions): Promise<RunningServer | undefined> {
  const child = await spawnServer(options);
  const target = childServer(child);
  try {
    const answered = await waitForAnswer(child, options);
    if (answered) {
      let stopped: Promise<void> | undefined;
      return {
        socketDir: options.socketDir,
        ended: hasEnded(child) ? Promise.resolve() : once(child, 'exit').then(() => undefined),
        stop: () => (stopped ??= stopServer(target)),
      };
    }
  } catch (error) {
    await stopServer(target);
    throw error;
  }
  const said = await readFile(options.startLog, 'utf8');
  if (/lock file "[^"]*" already exists|pre-existing shared memory block/.test(said)) return undefined;
  throw new EmbeddedPostgresError(`PostgreSQL did not start: ${await lastWords(said, options.clusterDir)}`);
}

/** In a session of its own, so that Ctrl-C in a terminal reaches only us and we can finish our work first. */
async function spawnServer(options: LaunchOptions): Promise<ChildProcess> {
  const settings = [
    'listen_addresses=',
    `port=${serverPort}`,
    // A list, where a quoted name may contain anything.
    `unix_socket_directories="${options.socketDir.replaceAll('"', '""')}"`,
    'unix_socket_permissions=0700',
  ];
  const serverArgs = ['-D', options.clusterDir, ...settings.flatMap((setting) => ['-c', setting])];
  const { program, args, ...identity } = options.account.wrap(options.postgres, serverArgs);
  const log = await open(options.startLog, 'w', 0o600);
  try {
    const child = spawn(program, args, {
      ...identity,
      cwd: '/',
      env: serverEnvironment,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await once(child, 'spawn');
    // A signal that could not be delivered; the server's end is what counts, and that is looked at.
    child.on('error', () => undefined);
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}

/** false when the server ended instead. */
async function waitForAnswer(child: ChildProcess, options: LaunchOptions): Promise<boolean> {
  const startedAt = performance.now();
  let lastAnswer: ProbeResult = 'silent';
  let reportAt = startedAt + 2_000;
  while (!hasEnded(child)) {
    options.signal.throwIfAborted();
    lastAnswer = await probeServer(options.socketDir, options.clusterDir);
    if (lastAnswer === 'ready') return true;
    const now = performance.now();
    if (now - startedAt > (lastAnswer === 'busy' ? recoveryMs : silenceMs)) {
      throw new EmbeddedPostgresError(
        `PostgreSQL did not become ready. Its log is in ${join(options.clusterDir, 'log')}.`,
      );
    }
    if (now > reportAt) {
      options.report('PostgreSQL is recovering what a sudden end left behind…');
      reportAt = now + 5_000;
    }
    await sleep(now - startedAt < 1_000 ? 15 : 150);
  }
  return false;
}

function childServer(child: ChildProcess): StoppableServer {
  return {
    hasEnded: async () => hasEnded(child),
    signal: async (name) => {
      child.kill(name);
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Its first output, and the faults in its newest log if it came far enough to open that. */
async function lastWords(said: string, clusterDir: string): Promise<string> {
  const directory = join(clusterDir, 'log');
  const first = said.split('\n').filter((line) => line !== '');
  if (!said.includes('redirecting log output')) return first.slice(-6).join('\n') || `see ${directory}`;
  const names = await readdir(directory).catch(() => []);
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      return { path, modifiedAt: (await stat(path)).mtimeMs };
    }),
  );
  const newest = files.toSorted((a, b) => b.modifiedAt - a.modifiedAt)[0];
  const logged = newest ? await readFile(newest.path, 'utf8') : '';
  const faults = logged.split('\n').filter((line) => /\b(FATAL|PANIC|HINT):/.test(line));
  return faults.slice(-4).join('\n') || `see ${directory}`;
}
