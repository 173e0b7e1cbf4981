import { mkdir, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';

/**
 * Makes the data directory if it is missing (readable by its owner only) and returns its real path, so that
 * two ways of naming one directory lead to the same owner and the same server.
 */
export async function openDataDir(dataDir: string): Promise<string> {
  const path = resolve(dataDir);
  await mkdir(path, { recursive: true, mode: 0o700 });
  return realpath(path);
}
