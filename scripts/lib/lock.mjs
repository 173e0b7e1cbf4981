import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 200;
/** Longer than any pause between judging a lock abandoned and replacing it, which are two adjacent calls. */
const TAKEOVER_SETTLE_MS = 300;

/**
 * A process, told apart from a later one with the same number by its start time (where /proc tells it).
 * @param {number} pid
 */
function identify(pid) {
  try {
    // After the name in parentheses, which may hold spaces: the state, and 19 fields on the start time.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // In a container nobody may ever collect a process that has ended.
    return state === 'Z' ? `${pid}:ended` : `${pid}:${fields[18]}`;
  } catch {
    return `${pid}:`;
  }
}

/** @param {string} identity */
function isAlive(identity) {
  const pid = Number.parseInt(identity, 10);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to someone else.
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH') return false;
  }
  return identify(pid) === identity && !identity.endsWith(':ended');
}

/** @param {string} path */
function readOwners(path) {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean);
  } catch {
    return undefined;
  }
}

/**
 * Runs `work` while no other process of this machine holds the same lock. The lock names its processes, so one
 * left by a crash is recognised and taken over: nothing has to be cleaned up by hand.
 * @template T
 * @param {string} path
 * @param {(addOwner: (pid: number) => void) => Promise<T>} work `addOwner` names a child that must also have
 *   ended before the lock counts as abandoned
 * @param {(pid: number) => void} [onWait] called once when another process holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(path, work, onWait) {
  const own = `${path}.${process.pid}`;
  const owners = [identify(process.pid)];
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(own, owners.join('\n'));
  try {
    await acquire({ path, own, self: owners[0] || '', onWait });
    return await work((pid) => {
      owners.push(identify(pid));
      writeFileSync(own, owners.join('\n'));
      renameSync(own, path);
    });
  } finally {
    rmSync(own, { force: true });
    const holders = readOwners(path);
    if (holders && holders[0] === owners[0]) rmSync(path, { force: true });
  }
}

/** @param {{ path: string, own: string, self: string, onWait: ((pid: number) => void) | undefined }} options */
async function acquire({ path, own, self, onWait }) {
  let told = false;
  for (;;) {
    try {
      // Unlike a file opened exclusively, a link appears with its content.
      linkSync(own, path);
      rmSync(own);
      return;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    const holders = readOwners(path);
    const living = holders && holders.find((holder) => holder !== self && isAlive(holder));
    if (holders && living === undefined) {
      renameSync(own, path);
      // Several may have judged so at once; the last to replace it is the owner.
      await sleep(TAKEOVER_SETTLE_MS);
      const now = readOwners(path);
      if (now && now[0] === self) return;
      writeFileSync(own, self);
      continue;
    }
    if (living !== undefined && !told && onWait) {
      told = true;
      onWait(Number.parseInt(living, 10));
    }
    await sleep(POLL_MS);
  }
}
