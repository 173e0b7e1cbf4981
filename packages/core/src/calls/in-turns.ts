import { setImmediate } from 'node:timers/promises';

/** Of work that takes about two microseconds each: no call that runs waits longer than half a millisecond. */
const AT_ONCE = 250;

/** Does something with each of many items; calls that run meanwhile are served in between. */
export async function inTurns<T>(
  items: readonly T[],
  work: (item: T, index: number) => void,
  atOnce = AT_ONCE,
): Promise<void> {
  for (const [index, item] of items.entries()) {
    work(item, index);
    if (index % atOnce === atOnce - 1) await setImmediate();
  }
}
