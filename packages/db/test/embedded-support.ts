import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, type QueryResultRow } from 'pg';
import { adoptedServer } from '../src/embedded/adopted-server.ts';
import { startEmbeddedPostgres } from '../src/embedded/embedded-postgres.ts';
import { inspectServer } from '../src/embedded/inspect-server.ts';
import type { ChildReply, ChildRequest } from './embedded-child.ts';

const childFile = fileURLToPath(new URL('embedded-child.ts', import.meta.url));

export const isRoot = process.geteuid?.() === 0;
export const nobody = { uid: 65_534, gid: 65_534 };

/** Whether `nobody` may enter and run this checkout: not when it lies in root's home, for example. */
export const nobodyReachesUs =
  isRoot &&
  spawnSync('/bin/sh', ['-c', 'test -x "$1" && test -r "$2"', 'sh', process.execPath, childFile], {
    ...nobody,
    cwd: '/',
  }).status === 0;

/** What tests make: `clean` ends and removes it after each, `close` also what they shared. */
export class Workshop {
  #template: Promise<string> | undefined;
  readonly #dirs: string[] = [];
  readonly #children: ChildProcess[] = [];

  async dataDir(): Promise<string> {
    const dir = await realpath(await mkdtemp(join(tmpdir(), 'aigc-embedded-')));
    this.#dirs.push(dir);
    return dir;
  }

  /** A data directory with a database that was stopped, copied from one that is made only once. */
  async usedDataDir(): Promise<string> {
    this.#template ??= makeTemplate();
    const dir = await this.dataDir();
    const copied = spawnSync('cp', ['-a', join(await this.#template, 'postgres'), dir]);
    if (copied.status !== 0) throw new Error(String(copied.stderr));
    return dir;
  }

  /** Ends the server on a data directory too, when the test leaves one behind. */
  watch(dir: string): void {
    this.#dirs.push(dir);
  }

  child(identity: { uid?: number; gid?: number } = {}): OwnerProcess {
    const child = spawn(process.execPath, [childFile], {
      ...identity,
      cwd: '/',
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#children.push(child);
    return new OwnerProcess(child);
  }

  async close(): Promise<void> {
    await this.clean();
    if (this.#template) await rm(await this.#template, { recursive: true, force: true });
    this.#template = undefined;
  }

  async clean(): Promise<void> {
    for (const child of this.#children.splice(0)) await new OwnerProcess(child).kill();
    for (const dir of this.#dirs.splice(0).toReversed()) {
      const clusterDir = join(dir, 'postgres');
      const found = await inspectServer(clusterDir);
      if (found.state === 'ready') await adoptedServer(clusterDir, found).stop();
      await rm(dir, { recursive: true, force: true, maxRetries: 5 });
    }
  }
}

async function makeTemplate(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'aigc-embedded-template-'));
  await (await startEmbeddedPostgres({ dataDir: dir })).stop();
  return dir;
}

export class OwnerProcess {
  readonly process: ChildProcess;

  constructor(child: ChildProcess) {
    this.process = child;
  }

  async ask(request: ChildRequest): Promise<ChildReply> {
    const answered = new AbortController();
    const { signal } = answered;
    const reply = Promise.race([
      once(this.process, 'message', { signal }).then(([message]: ChildReply[]) => message),
      once(this.process, 'exit', { signal }).then(() => undefined),
    ]);
    this.process.send(request);
    try {
      return (await reply) ?? { ok: false, error: 'Exited', message: 'The process ended without an answer.' };
    } finally {
      answered.abort();
    }
  }

  /** SIGKILL, and waits until the kernel has closed everything it had. */
  async kill(): Promise<void> {
    const { process: child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}

/** The connection string of a start that has to succeed. */
export async function started(child: OwnerProcess, dataDir: string): Promise<string> {
  const reply = await child.ask({ do: 'start', dataDir });
  if (!reply.ok || reply.connectionString === undefined) throw new Error(JSON.stringify(reply));
  return reply.connectionString;
}

export async function query<R extends QueryResultRow>(connectionString: string, sql: string): Promise<R[]> {
  const client = new Client({ connectionString });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<R>(sql)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Writes a row, so that a later look tells whether the data survived. */
export async function writeMark(connectionString: string, mark: string): Promise<void> {
  await query(connectionString, 'CREATE TABLE IF NOT EXISTS mark (text text)');
  await query(connectionString, `INSERT INTO mark VALUES ('${mark}')`);
}

export async function readMarks(connectionString: string): Promise<string[]> {
  const rows = await query<{ text: string }>(connectionString, 'SELECT text FROM mark ORDER BY text');
  return rows.map((row) => row.text);
}

export async function postmasterPid(dataDir: string): Promise<number> {
  const text = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8');
  return Number.parseInt(text, 10);
}

/** Repeats until it no longer throws, for at most the time a test has. */
export async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + 20_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
