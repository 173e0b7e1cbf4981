import { join } from 'node:path';

/** The journals of all processes that have run on a data directory. */
export function journalDirectory(dataDir: string): string {
  return join(dataDir, 'journal');
}
