import { expect, test } from 'vitest';
import { createChannel, type Channel } from './channel.ts';
import type { ToPrimary, ToWorker } from './messages.ts';
import { collectFrom, createSharedPeers } from './shared-peers.ts';

function fixture(count: number) {
  const channels: Channel<ToWorker, ToPrimary>[] = [];
  const workers = Array.from({ length: count }, () => {
    const atWorker: Channel<ToPrimary, ToWorker> = createChannel((message) =>
      atPrimary.receive(JSON.parse(JSON.stringify(message))),
    );
    const atPrimary: Channel<ToWorker, ToPrimary> = createChannel((message) =>
      atWorker.receive(JSON.parse(JSON.stringify(message))),
    );
    atPrimary.onAsk('peers.collect', (topic) => collectFrom(channels, topic, 50));
    channels.push(atPrimary);
    return createSharedPeers(atWorker);
  });
  return { workers, channels };
}

test('any worker gets the answers of all that have one, its own included', async () => {
  const { workers, channels } = fixture(4);
  workers[0]?.provide('calls', () => 3);
  workers[1]?.provide('calls', async () => ({ sum: 4 }));
  workers[2]?.provide('calls', () => {
    throw new Error('broken');
  });
  expect(await workers[0]?.collect('calls')).toEqual([3, { sum: 4 }]);
  expect(await workers[3]?.collect('calls')).toEqual([3, { sum: 4 }]);
  expect(await workers[3]?.collect('other')).toEqual([]);
  channels[1]?.close();
  expect(await workers[0]?.collect('calls')).toEqual([3]);
});

test('a worker that hangs is left out', async () => {
  const { workers } = fixture(2);
  workers[0]?.provide('calls', () => 1);
  workers[1]?.provide('calls', () => new Promise(() => {}));
  expect(await workers[0]?.collect('calls')).toEqual([1]);
});
