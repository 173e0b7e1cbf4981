import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChaosWorld } from './chaos-world.ts';

/** What happens to the processes in the middle of a round. `term`: a clean stop by an operator. */
export type Strike = 'none' | 'server' | 'worker' | 'postmaster' | 'backend' | 'both' | 'term';

/** Whether a strike ends the server, so that clients' connections break. */
export function breaksConnections(strike: Strike): boolean {
  return strike === 'worker' || endsServer(strike);
}

/** Whether nobody answers until the server was started again. */
export function endsServer(strike: Strike): boolean {
  return strike === 'server' || strike === 'both';
}

/** Strikes, and brings back what does not come back by itself. Resolves with what the strike itself did wrong. */
export async function carryOut(strike: Strike, world: ChaosWorld): Promise<string[]> {
  switch (strike) {
    case 'none':
      return [];
    case 'server':
      await killServer(world);
      await world.start();
      return [];
    case 'worker': {
      const [pid] = childrenOf(world.product().child.pid ?? 0).filter(isWorker);
      if (pid === undefined) return ['there is no worker to kill'];
      process.kill(pid, 'SIGKILL');
      return [];
    }
    case 'postmaster':
      process.kill(postmasterPid(world), 'SIGKILL');
      return [];
    case 'backend': {
      // Whatever the database server's children are: it restarts all of them when one is killed.
      const [pid] = childrenOf(postmasterPid(world)).toReversed();
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      return [];
    }
    case 'both':
      process.kill(postmasterPid(world), 'SIGKILL');
      await killServer(world);
      await world.start();
      return [];
    case 'term': {
      const code = await world.stop();
      return code === 0 ? [] : [`SIGTERM ended the server with ${code}, not 0`];
    }
    default:
      return strike satisfies never;
  }
}

async function killServer(world: ChaosWorld): Promise<void> {
  const { child, ended } = world.product();
  child.kill('SIGKILL');
  await ended;
}

function postmasterPid({ dataDir }: ChaosWorld): number {
  return Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n', 1)[0]);
}

/** Of the server's children, the database server is the other one. */
function isWorker(pid: number): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('main.ts');
}

/** Of Linux; elsewhere there are none to be seen. */
function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text
      .split(' ')
      .filter((part) => part !== '')
      .map(Number);
  } catch {
    return [];
  }
}
