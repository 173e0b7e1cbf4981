import { constants, type Stats } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { SecretKeysError } from '@aigc/core/secrets/verify-keys';
import { readSecretKeysFile, secretKeysPath } from '../secret-keys-file.ts';
import type { MachineContext } from './check-context.ts';
import { fail, ok, skip, warn, type Check } from './finding.ts';

/** Rights of others than the owner: to read, write or enter. */
const OTHERS_READ_WRITE = 0o066;
const OTHERS_ANY = 0o077;

export const dataDirectoryCheck: Check<MachineContext> = {
  name: 'data-directory',
  async run({ env: { dataDir } }) {
    const found = await statOrNull(dataDir);
    if (found === null) return warn('data_directory.missing', { path: dataDir });
    if (!found.isDirectory()) return fail('data_directory.not_directory', { path: dataDir });
    const me = process.geteuid?.() ?? found.uid;
    if (!(await isWritable(dataDir))) {
      return fail('data_directory.not_writable', { path: dataDir, owner: found.uid, me });
    }
    if (found.uid !== me) {
      return warn('data_directory.other_owner', { path: dataDir, owner: found.uid, me });
    }
    if ((found.mode & OTHERS_READ_WRITE) !== 0) {
      return warn('data_directory.open', { path: dataDir, mode: modeOf(found) });
    }
    return ok('data_directory.ok', { path: dataDir });
  },
};

export const secretKeysCheck: Check<MachineContext> = {
  name: 'secret-keys',
  async run({ env: { dataDir, secretKeys } }) {
    if (secretKeys !== null) return ok('secret_keys.of_environment', { count: secretKeys.length });
    const path = secretKeysPath(dataDir);
    const found = await statOrNull(path);
    if (found === null) return skip('secret_keys.missing', { path });
    if ((found.mode & OTHERS_ANY) !== 0) {
      return fail('secret_keys.open', { path, mode: modeOf(found) });
    }
    try {
      const keys = (await readSecretKeysFile(dataDir)) ?? [];
      return ok('secret_keys.ok', { path, count: keys.length });
    } catch (error) {
      if (!(error instanceof SecretKeysError)) throw error;
      return fail('secret_keys.unreadable', { path, reason: error.message });
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
