import { join } from 'node:path';
import { readPostmasterFile } from './postmaster-file.ts';
import { isPostmasterOf } from './postmaster-process.ts';
import { probeServer } from './server-probe.ts';

/** `busy`: a server that is starting, recovering or ending. `silent`: a server that does not answer. */
export type FoundServer =
  | { state: 'none' }
  | { state: 'ready'; pid: number; socketDir: string }
  | { state: 'busy' }
  | { state: 'silent'; pid: number; socketDir: string | undefined };

/**
 * Finds out whether a server runs on this database directory. What answers on the socket named in
 * `postmaster.pid` counts; the id in that file alone does not, for both may be leftovers or copies.
 */
export async function inspectServer(clusterDir: string): Promise<FoundServer> {
  const recorded = await readPostmasterFile(join(clusterDir, 'postmaster.pid'));
  if (recorded === undefined) return { state: 'none' };
  const { pid, socketDir } = recorded;
  const answer = socketDir === undefined ? 'silent' : await probeServer(socketDir, clusterDir);
  const isOurs = await isPostmasterOf(pid, clusterDir);
  if (answer === 'ready' && socketDir !== undefined) {
    // Its id means something else here when it runs in another container: it cannot be ended from here.
    return isOurs === 'no' ? { state: 'busy' } : { state: 'ready', pid, socketDir };
  }
  if (answer === 'busy' && isOurs !== 'no') return { state: 'busy' };
  return isOurs === 'yes' ? { state: 'silent', pid, socketDir } : { state: 'none' };
}
