import { access, constants, mkdir, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/**
 * Makes the data directory if it is missing (readable by its owner only) and returns its real path, so that
 * two ways of naming one directory lead to the same owner and the same server.
 *
 * @throws EmbeddedPostgresError when it cannot be made or written to.
 */
export async function openDataDir(dataDir: string): Promise<string> {
  const path = resolve(dataDir);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return await realpath(path);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The data directory ${path} cannot be used: ${error instanceof Error ? error.message : String(error)}. ` +
        'Set DATA_DIR to a directory that this user may write to.',
      { cause: error },
    );
  }
}
