import { readFile, readlink } from 'node:fs/promises';
import { errorCode } from './error-code.ts';
import { isSameFile } from './file-identity.ts';
import { runProgram } from './run-program.ts';

/**
 * Whether the process with this id is a PostgreSQL server of this database directory. An id alone proves
 * nothing: it may have gone to another program since. `unknown` when the system does not let us look.
 */
export async function isPostmasterOf(pid: number, clusterDir: string): Promise<'yes' | 'no' | 'unknown'> {
  if (!isAlive(pid)) return 'no';
  try {
    return (await (process.platform === 'linux'
      ? looksLinux(pid, clusterDir)
      : looksElsewhere(pid, clusterDir)))
      ? 'yes'
      : 'no';
  } catch (error) {
    return errorCode(error) === 'ENOENT' || errorCode(error) === 'ESRCH' ? 'no' : 'unknown';
  }
}

/** A server works in its database directory, and is recognised even if that was renamed meanwhile. */
async function looksLinux(pid: number, clusterDir: string): Promise<boolean> {
  if ((await readFile(`/proc/${pid}/comm`, 'utf8')).trim() !== 'postgres') return false;
  try {
    // Fails for a zombie, which is right.
    await readlink(`/proc/${pid}/cwd`);
    return await isSameFile(`/proc/${pid}/cwd`, clusterDir);
  } catch (error) {
    // Another user's process, without the right to look into it: its command line is open to everybody.
    if (errorCode(error) !== 'EACCES' && errorCode(error) !== 'EPERM') throw error;
    const args = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
    const directory = args[args.indexOf('-D') + 1];
    return directory !== undefined && isSameFile(directory, clusterDir);
  }
}

async function looksElsewhere(pid: number, clusterDir: string): Promise<boolean> {
  const { output } = await runProgram({ program: 'ps', args: ['-ww', '-o', 'command=', '-p', String(pid)] });
  return output.includes('postgres') && output.includes(` -D ${clusterDir} `);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
