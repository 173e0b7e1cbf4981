import { expect, test } from 'vitest';
import { createChannel, type Channel } from './channel.ts';

interface Left {
  tells: { note: string };
  asks: { double: { ask: number; answer: number }; never: { ask: null; answer: null } };
}
interface Right {
  tells: object;
  asks: { state: { ask: null; answer: null } };
}

function fixture() {
  const messages: unknown[] = [];
  const left: Channel<Left, Right> = createChannel((message) => {
    messages.push(message);
    right.receive(structuredClone(message));
  });
  const right: Channel<Right, Left> = createChannel((message) => left.receive(structuredClone(message)));
  return { messages, left, right };
}

test('all messages of a turn travel together, in order', async () => {
  const { messages, left, right } = fixture();
  const heard: unknown[] = [];
  right.onTell('note', (text) => heard.push(text));
  right.onAsk('double', (number) => {
    heard.push(number);
    return number * 2;
  });
  left.tell('note', 'first');
  const answers = [left.ask('double', 2), left.ask('double', 3)];
  left.tell('note', 'last');
  expect(await Promise.all(answers)).toEqual([4, 6]);
  expect(heard).toEqual(['first', 2, 3, 'last']);
  expect(messages).toHaveLength(1);
});

test('what an answer brings is taken in before the question that was sent behind it is heard', async () => {
  const { left, right } = fixture();
  const order: string[] = [];
  right.onAsk('double', (number) => {
    queueMicrotask(() => void right.ask('state', null));
    return number * 2;
  });
  left.onAsk('state', () => {
    order.push('question');
    return null;
  });
  await left.ask('double', 1).then(() => order.push('answer'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(order).toEqual(['answer', 'question']);
});

test('so it is when both come in messages of their own that a busy process reads at once', async () => {
  const read: unknown[] = [];
  const right: Channel<Right, Left> = createChannel((message) => void read.push(structuredClone(message)));
  const left: Channel<Left, Right> = createChannel((message) => right.receive(structuredClone(message)));
  const order: string[] = [];
  right.onAsk('double', (number) => number * 2);
  left.onAsk('state', () => {
    order.push('question');
    return null;
  });
  void left.ask('double', 1).then(() => order.push('answer'));
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  await turn();
  await turn();
  void right.ask('state', null);
  await turn();
  expect(read).toHaveLength(2);
  for (const message of read) left.receive(message);
  await turn();
  expect(order).toEqual(['answer', 'question']);
});

test('a question that fails, that nobody answers, or whose side is gone is rejected', async () => {
  const { left, right } = fixture();
  await expect(left.ask('double', 1)).rejects.toThrow('nobody answers double');
  right.onAsk('double', () => {
    throw new Error('too large');
  });
  await expect(left.ask('double', 1)).rejects.toThrow('too large');
  right.onAsk('never', () => new Promise(() => {}));
  const open = left.ask('never', null);
  left.close();
  await expect(open).rejects.toThrow('gone');
  await expect(left.ask('never', null)).rejects.toThrow('gone');
});

test('messages of others on the same pipe are left alone', () => {
  const { left } = fixture();
  for (const message of [null, 'text', 7, {}, { cmd: 'NODE_CLUSTER' }]) left.receive(message);
});
