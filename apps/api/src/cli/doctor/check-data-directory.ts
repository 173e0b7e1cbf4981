import { constants, type Stats } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { SecretKeysError } from '@aigc/core/secrets/verify-keys';
import { readSecretKeysFile, secretKeysPath } from '../../secret-keys-file.ts';
import type { MachineContext } from './doctor-context.ts';
import { count, fail, ok, skip, warn, type Check } from './finding.ts';

/** Rights of others than the owner: to read, write or enter. */
const OTHERS_READ_WRITE = 0o066;
const OTHERS_ANY = 0o077;

export const dataDirectoryCheck: Check<MachineContext> = {
  name: 'data-directory',
  async run({ env: { dataDir } }) {
    const found = await statOrNull(dataDir);
    if (found === null)
      return warn(
        `${dataDir} does not exist yet`,
        '`npm start` makes it; check DATA_DIR if you expected one.',
      );
    if (!found.isDirectory()) return fail(`${dataDir} is not a directory`, 'Set DATA_DIR to a directory.');
    const me = process.geteuid?.() ?? found.uid;
    if (!(await isWritable(dataDir))) {
      return fail(
        `${dataDir} belongs to user ${found.uid} and cannot be written by user ${me}`,
        `Run as user ${found.uid}, or: chown -R ${me} ${dataDir}`,
      );
    }
    if (found.uid !== me) {
      return warn(
        `${dataDir} belongs to user ${found.uid}, but user ${me} looks at it`,
        `Run the server and the command line as user ${found.uid}.`,
      );
    }
    if ((found.mode & OTHERS_READ_WRITE) !== 0) {
      return warn(`${dataDir} is open to other users (mode ${modeOf(found)})`, `chmod 700 ${dataDir}`);
    }
    return ok(`${dataDir} is writable and private`);
  },
};

export const secretKeysCheck: Check<MachineContext> = {
  name: 'secret-keys',
  async run({ env: { dataDir, secretKeys } }) {
    if (secretKeys !== null) return ok(`SECRET_KEYS holds ${count(secretKeys.length, 'key')}`);
    const path = secretKeysPath(dataDir);
    const found = await statOrNull(path);
    if (found === null) return skip(`there is no ${path} yet; the first start makes it`);
    if ((found.mode & OTHERS_ANY) !== 0) {
      return fail(`${path} may be read by other users (mode ${modeOf(found)})`, `chmod 600 ${path}`);
    }
    try {
      const keys = (await readSecretKeysFile(dataDir)) ?? [];
      return ok(`${path} is private and holds ${count(keys.length, 'key')}`);
    } catch (error) {
      if (!(error instanceof SecretKeysError)) throw error;
      return fail(error.message, `Restore ${path} from a backup.`);
    }
  },
};

async function statOrNull(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function isWritable(path: string): Promise<boolean> {
  return access(path, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}

function modeOf({ mode }: Stats): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}
