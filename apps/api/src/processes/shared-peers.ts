import type { Channel } from './channel.ts';
import type { ToPrimary, ToWorker } from './messages.ts';
import type { Peers } from './peers.ts';
import { within } from './within.ts';

/** A worker that is silent for this long is left out of what is collected. */
const COLLECT_MS = 1_000;

/** A worker's way to its siblings, which leads through the primary process. */
export function createSharedPeers(primary: Channel<ToPrimary, ToWorker>): Peers {
  const answers = new Map<string, () => unknown>();
  primary.onAsk('peers.answer', async (topic) => {
    const answer = answers.get(topic);
    return answer === undefined
      ? { provided: false, answer: null }
      : { provided: true, answer: await answer() };
  });
  return {
    provide: (topic, answer) => void answers.set(topic, answer),
    collect: (topic) => primary.ask('peers.collect', topic),
  };
}

/** The primary process's part: asks all workers at once. */
export async function collectFrom(
  workers: readonly Pick<Channel<ToWorker, ToPrimary>, 'ask'>[],
  topic: string,
  timeoutMs = COLLECT_MS,
): Promise<unknown[]> {
  const answers = await Promise.allSettled(
    workers.map((worker) => within(timeoutMs, worker.ask('peers.answer', topic))),
  );
  return answers.flatMap((answer) =>
    answer.status === 'fulfilled' && answer.value.provided ? [answer.value.answer] : [],
  );
}
