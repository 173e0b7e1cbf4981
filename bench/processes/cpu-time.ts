import { readdirSync, readFileSync } from 'node:fs';

/** Kernel clock ticks per second, the unit of /proc/<pid>/stat: fixed at 100 for programs on Linux. */
const TICKS_PER_SECOND = 100;
const MICROSECONDS_PER_TICK = 1_000_000 / TICKS_PER_SECOND;

interface ProcessTimes {
  pid: number;
  parent: number;
  /** User and system time of all its threads, dead ones too. */
  ownUs: number;
  /** The same of its children that have ended. */
  endedChildrenUs: number;
}

function timesOf(pid: number): ProcessTimes | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // It has ended between two looks.
    return undefined;
  }
  // The name before may hold blanks and parentheses; what follows starts with field 3.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = (first: number): number => Number(fields[first - 3]) + Number(fields[first - 2]);
  return {
    pid,
    parent: Number(fields[1]),
    ownUs: ticks(14) * MICROSECONDS_PER_TICK,
    endedChildrenUs: ticks(16) * MICROSECONDS_PER_TICK,
  };
}

/** A process and everything below it, except what is below one of `apart`. */
export function familyOf(root: number, apart: readonly number[] = []): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const times = /^\d+$/.test(name) ? timesOf(Number(name)) : undefined;
    if (times !== undefined) children.set(times.parent, [...(children.get(times.parent) ?? []), times.pid]);
  }
  const family: number[] = [];
  const waiting = [root];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    if (apart.includes(pid)) continue;
    family.push(pid);
    waiting.push(...(children.get(pid) ?? []));
  }
  return family;
}

/** CPU time of these processes so far, in microseconds, with the children of each that have ended. */
export function cpuTimeUs(pids: readonly number[]): number {
  return pids
    .flatMap((pid) => timesOf(pid) ?? [])
    .reduce((sum, { ownUs, endedChildrenUs }) => sum + ownUs + endedChildrenUs, 0);
}

/** Memory that these processes have in RAM, in bytes. */
export function residentBytes(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    try {
      const [, kib = '0'] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
      return sum + Number(kib) * 1024;
    } catch {
      return sum;
    }
  }, 0);
}
