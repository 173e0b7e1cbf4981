import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PANEL_ENTRY } from '../web-panel.ts';
import type { MachineContext } from './check-context.ts';
import { fail, ok, warn, type Check } from './finding.ts';

/** The line that the product is built and tested on. */
const NODE_MAJOR = 26;

export const nodeCheck: Check<MachineContext> = {
  name: 'node',
  run() {
    const { node } = process.versions;
    if (Number.parseInt(node, 10) >= NODE_MAJOR) return ok('node.ok', { version: node });
    return warn('node.old', { version: node, tested: NODE_MAJOR });
  },
};

export const panelCheck: Check<MachineContext> = {
  name: 'panel',
  run() {
    if (existsSync(PANEL_ENTRY)) return ok('panel.ok');
    return warn('panel.missing');
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
  const params = { freeBytes, path: dataDir };
  if (freeBytes < LEAST_FREE_BYTES) return fail('disk.full', params);
  return freeBytes < LOW_FREE_BYTES ? warn('disk.low', params) : ok('disk.ok', params);
}

/** A data directory that is still to be made will be on the disk of its parent. */
function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}
