import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withLock } from './lock.mjs';
import { inRoot } from './root.mjs';

let folder = '';
let lock = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  lock = join(folder, 'setup.lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A process that takes the lock and then runs the given code. */
function locker(code: string): ChildProcess {
  const lockModule = pathToFileURL(inRoot('scripts/lib/lock.mjs')).href;
  const script = `
    import { rmSync, writeFileSync } from 'node:fs';
    import { spawn } from 'node:child_process';
    import { setTimeout as sleep } from 'node:timers/promises';
    import { withLock } from '${lockModule}';
    const folder = process.argv[1];
    await withLock(folder + '/setup.lock', async (addOwner) => { ${code} });`;
  return spawn(process.execPath, ['--input-type=module', '-e', script, folder], { stdio: 'inherit' });
}

const isDone = (): Promise<string> => Promise.resolve('done');

describe('the lock of a checkout', { timeout: 30_000 }, () => {
  test('never two at once, even when all find a lock left by a crash', async () => {
    writeFileSync(lock, '999999999:1');
    // Fails if another one is inside at the same time.
    const work =
      "writeFileSync(folder + '/inside', '', { flag: 'wx' }); await sleep(60); rmSync(folder + '/inside');";
    const children = Array.from({ length: 4 }, () => locker(work));
    const exits = await Promise.all(children.map((child) => once(child, 'exit')));
    expect(exits.map(([code]) => code)).toEqual([0, 0, 0, 0]);
  });

  test('is taken over at once from a process that was killed', async () => {
    const child = locker("writeFileSync(folder + '/ready', ''); await sleep(60_000);");
    await expect.poll(() => existsSync(join(folder, 'ready')), { timeout: 10_000 }).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await expect(withLock(lock, isDone)).resolves.toBe('done');
  });

  test('outlives a killed process while the command that it started still runs', async () => {
    const child = locker(`
      const command = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { detached: true, stdio: 'ignore' });
      addOwner(command.pid);
      writeFileSync(folder + '/ready', String(command.pid));
      await sleep(60_000);`);
    await expect.poll(() => existsSync(join(folder, 'ready')), { timeout: 10_000 }).toBe(true);
    const command = Number(readFileSync(join(folder, 'ready'), 'utf8'));
    child.kill('SIGKILL');
    await once(child, 'exit');
    const waitedFor: number[] = [];
    const entered = withLock(lock, isDone, (pid) => {
      waitedFor.push(pid);
      process.kill(command, 'SIGKILL');
    });
    await expect(entered).resolves.toBe('done');
    expect(waitedFor).toEqual([command]);
  });

  test('is free again after the work failed', async () => {
    await expect(withLock(lock, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(existsSync(lock)).toBe(false);
  });
});
