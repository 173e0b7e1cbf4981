import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PANEL_ENTRY } from '../../web-panel.ts';
import type { MachineContext } from './doctor-context.ts';
import { fail, ok, warn, type Check } from './finding.ts';

/** The line that the product is built and tested on. */
const NODE_MAJOR = 26;

export const nodeCheck: Check<MachineContext> = {
  name: 'node',
  run() {
    const { node } = process.versions;
    if (Number.parseInt(node, 10) >= NODE_MAJOR) return ok(`Node ${node}`);
    return warn(
      `Node ${node} is older than ${NODE_MAJOR}, which this version is tested with`,
      'Start with `npm start` and `npm run cli`, which bring their own Node.',
    );
  },
};

export const panelCheck: Check<MachineContext> = {
  name: 'panel',
  run() {
    if (existsSync(PANEL_ENTRY)) return ok('the panel is built');
    return warn(
      'the panel is not built, so only the API answers',
      'Run `npm run build`, or start with `npm start`.',
    );
  },
};

const MIB = 1024 * 1024;
/** PostgreSQL stops writing on a full disk, and then no call is accepted. */
const LEAST_FREE_BYTES = 256 * MIB;
const LOW_FREE_BYTES = 1024 * MIB;

export const diskCheck: Check<MachineContext> = {
  name: 'disk-space',
  async run({ env: { dataDir } }) {
    const { bavail, bsize } = await statfs(nearestExisting(dataDir));
    return judgeFreeSpace(bavail * bsize, dataDir);
  },
};

export function judgeFreeSpace(freeBytes: number, dataDir: string) {
  const free = `${(freeBytes / MIB / 1024).toFixed(1)} GiB free for ${dataDir}`;
  const fix = 'Free some space, or move DATA_DIR to a larger disk while the server is stopped.';
  if (freeBytes < LEAST_FREE_BYTES) return fail(free, fix);
  return freeBytes < LOW_FREE_BYTES ? warn(free, fix) : ok(free);
}

/** A data directory that is still to be made will be on the disk of its parent. */
function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}
