/** The topics that one side may send. */
export interface Topics {
  tells: object;
  asks: object;
}

type Ask<T extends Topics, K extends keyof T['asks']> = T['asks'][K] extends { ask: infer A } ? A : never;
type Answer<T extends Topics, K extends keyof T['asks']> = T['asks'][K] extends { answer: infer A }
  ? A
  : never;

/** One side of a conversation between two processes. Messages arrive in the order in which they were sent. */
export interface Channel<Sent extends Topics, Heard extends Topics> {
  tell<K extends keyof Sent['tells'] & string>(topic: K, body: Sent['tells'][K]): void;
  /** Rejected when the other side fails, or is gone. Waits as long as it takes. */
  ask<K extends keyof Sent['asks'] & string>(topic: K, body: Ask<Sent, K>): Promise<Answer<Sent, K>>;
  onTell<K extends keyof Heard['tells'] & string>(topic: K, hear: (body: Heard['tells'][K]) => void): void;
  onAsk<K extends keyof Heard['asks'] & string>(
    topic: K,
    answer: (body: Ask<Heard, K>) => Answer<Heard, K> | Promise<Answer<Heard, K>>,
  ): void;
  /** Takes a message from the other side; what is none of this channel's is left alone. */
  receive(message: unknown): void;
  /** The other side is gone. */
  close(): void;
}

type Entry =
  | { tell: string; body: unknown }
  | { ask: string; id: number; body: unknown }
  | { answer: number; body: unknown }
  | { failure: number; message: string };

/** Marks the messages of a channel among others on the same pipe. */
const MARK = 'aigc';

/** `send` puts one message on the pipe; all of a turn go together, for a message costs more than what it carries. */
export function createChannel<Sent extends Topics, Heard extends Topics>(
  send: (message: unknown) => void,
): Channel<Sent, Heard> {
  const tells = new Map<string, (body: never) => void>();
  const asks = new Map<string, (body: never) => unknown>();
  const waiting = new Map<number, { resolve: (body: never) => void; reject: (error: Error) => void }>();
  let queue: Entry[] = [];
  const heard: Entry[] = [];
  let isAnswering = false;
  let lastId = 0;
  let isClosed = false;

  function flush(): void {
    const entries = queue;
    queue = [];
    if (!isClosed) send({ [MARK]: entries });
  }

  function post(entry: Entry): void {
    if (queue.length === 0) setImmediate(flush);
    queue.push(entry);
  }

  function answer(topic: string, id: number, body: unknown): void {
    const fail = (error: unknown): void =>
      post({ failure: id, message: error instanceof Error ? error.message : String(error) });
    try {
      const handler = asks.get(topic);
      if (handler === undefined) throw new Error(`nobody answers ${topic}`);
      const result = handler(body as never);
      if (!(result instanceof Promise)) return post({ answer: id, body: result });
      result.then((value: unknown) => post({ answer: id, body: value }), fail);
    } catch (error) {
      fail(error);
    }
  }

  function hear(entry: Entry): void {
    if ('tell' in entry) {
      tells.get(entry.tell)?.(entry.body as never);
      return;
    }
    if ('ask' in entry) return answer(entry.ask, entry.id, entry.body);
    const id = 'answer' in entry ? entry.answer : entry.failure;
    const asker = waiting.get(id);
    waiting.delete(id);
    if ('answer' in entry) asker?.resolve(entry.body as never);
    else asker?.reject(new Error(entry.message));
  }

  /**
   * Whoever awaits an answer goes on before what was sent behind it is heard, in the same message or in the next: a
   * busy process reads several messages at once, and Node tells of all of them before any promise goes on.
   */
  function hearAll(): void {
    isAnswering = false;
    for (let entry = heard.shift(); entry !== undefined; entry = heard.shift()) {
      hear(entry);
      if ('tell' in entry || 'ask' in entry) continue;
      isAnswering = true;
      queueMicrotask(hearAll);
      return;
    }
  }

  return {
    tell: (topic, body) => post({ tell: topic, body }),
    ask: (topic, body) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(new Error('the other process is gone'));
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        post({ ask: topic, id: lastId, body });
      }),
    onTell: (topic, handler) => void tells.set(topic, handler),
    onAsk: (topic, handler) => void asks.set(topic, handler),
    receive(message) {
      heard.push(...entriesOf(message));
      if (!isAnswering) hearAll();
    },
    close() {
      isClosed = true;
      for (const { reject } of waiting.values()) reject(new Error('the other process is gone'));
      waiting.clear();
    },
  };
}

function entriesOf(message: unknown): readonly Entry[] {
  if (typeof message !== 'object' || message === null || !(MARK in message)) return [];
  // Only our own processes are at the other end of the pipe.
  return message[MARK] as Entry[];
}
