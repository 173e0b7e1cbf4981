import { chmod, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { runProgram, type ProgramResult } from './run-program.ts';

/** Under whose rights PostgreSQL's programs run. PostgreSQL refuses to run as root. */
export interface ServerAccount {
  readonly label: string;
  /** Who the server's files belong to, as this process sees it. */
  readonly owner: { uid: number; gid: number };
  /** Which program to start instead, and as whom, in order to run the given one. Nothing in between survives. */
  wrap(program: string, args: readonly string[]): WrappedProgram;
}

export interface WrappedProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/** `nobody` on Linux, `_postgres` on macOS: a user that exists (initdb looks it up) and is not root. */
export const unprivileged =
  process.platform === 'darwin' ? { uid: 216, gid: 216 } : { uid: 65_534, gid: 65_534 };

export interface ChosenAccount {
  readonly account: ServerAccount;
  /** What `postgres --version` says, as 18. */
  readonly majorVersion: number;
}

/**
 * Chooses the first way to run PostgreSQL that works by trying, which takes some milliseconds.
 *
 * @throws EmbeddedPostgresError when no way works, with what each of them said.
 */
export async function chooseServerAccount(
  dataDir: string,
  options: { postgres: string; accounts: readonly ServerAccount[] },
): Promise<ChosenAccount> {
  const failures: string[] = [];
  for (const account of options.accounts) {
    const result = await tryAccount(account, dataDir, options.postgres);
    const version = /\(PostgreSQL\) (\d+)/.exec(result.output)?.[1];
    if (result.exitCode === 0 && version !== undefined) return { account, majorVersion: Number(version) };
    failures.push(`${account.label}: ${result.output.trim().split('\n').at(-1) || 'failed'}`);
  }
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL cannot be run here (${failures.join('; ')}). ` +
      'Start as an ordinary user, move the installation and DATA_DIR to where an ordinary user can reach them, ' +
      'or set DATABASE_URL to a PostgreSQL server of your own.',
  );
}

/** The ways to run PostgreSQL, best first. The owner of an existing database is kept where possible. */
export function serverAccounts(clusterOwner: { uid: number; gid: number } | undefined): ServerAccount[] {
  const uid = process.geteuid?.() ?? 0;
  const gid = process.getegid?.() ?? 0;
  if (uid !== 0) {
    const direct: ServerAccount = {
      label: 'directly',
      owner: { uid, gid },
      wrap: (program, args) => ({ program, args }),
    };
    // initdb insists on a user that has a name; containers run with any number.
    return hasUserName() ? [direct] : [inUserNamespace({ uid, gid }), direct];
  }
  if (clusterOwner && clusterOwner.uid !== 0) {
    return [asUser(clusterOwner), asUserReadingAll(clusterOwner), inUserNamespace({ uid, gid })];
  }
  return [inUserNamespace({ uid, gid }), asUser(unprivileged), asUserReadingAll(unprivileged)];
}

/** The process keeps its rights to our files and none of root's powers, and sees itself as an ordinary user. */
function inUserNamespace(owner: { uid: number; gid: number }): ServerAccount {
  const map = ['--user', `--map-user=${unprivileged.uid}`, `--map-group=${unprivileged.gid}`];
  return {
    label: 'in a user namespace',
    owner,
    wrap: (program, args) => ({ program: 'unshare', args: [...map, '--', program, ...args] }),
  };
}

export function asUser(owner: { uid: number; gid: number }): ServerAccount {
  return {
    label: `as user ${owner.uid}`,
    owner,
    wrap: (program, args) => ({ program, args, ...owner }),
  };
}

/** For containers that close user namespaces, where the installation lies in a place that only root may enter. */
export function asUserReadingAll(owner: { uid: number; gid: number }): ServerAccount {
  const identity = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'];
  const right = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return {
    label: `as user ${owner.uid} with root's access to files`,
    owner,
    wrap: (program, args) => ({ program: 'setpriv', args: [...identity, ...right, '--', program, ...args] }),
  };
}

/** A stranger to the data directory has to be able to pass through it to its own part. */
async function tryAccount(account: ServerAccount, dataDir: string, postgres: string): Promise<ProgramResult> {
  const script = 'cd "$1" && exec "$2" --version';
  const attempt = (): Promise<ProgramResult> =>
    runProgram(account.wrap('/bin/sh', ['-c', script, 'sh', dataDir, postgres]));
  const first = await attempt();
  const { mode, uid } = await stat(dataDir);
  if (first.exitCode === 0 || uid === account.owner.uid || uid !== process.geteuid?.()) return first;
  await chmod(dataDir, (mode & 0o777) | 0o001);
  const second = await attempt();
  if (second.exitCode !== 0) await chmod(dataDir, mode & 0o777);
  return second;
}

function hasUserName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}
