import { Client } from 'pg';

/** What NOTIFY brings. Listeners are called with the payload as it was sent. */
export type NotificationListener = (payload: string) => void;

export interface NotificationHub {
  /**
   * Hears a channel until the returned function is called. `onGap` runs after a lost connection came back:
   * notifications in between are gone, so whoever keeps a copy of something reads it again.
   */
  subscribe(channel: string, listener: NotificationListener, onGap?: () => void): () => void;
  /**
   * Resolves once the server hears for every subscription so far: what is committed from then on is told. Without a
   * connection at once, for `onGap` runs when there is one.
   */
  untilHeard(): Promise<void>;
  /** Whether the connection stands. */
  isConnected(): boolean;
  close(): Promise<void>;
}

export interface ListenOptions {
  connectionString: string;
  /**
   * A statement that asks for a lock of the session and answers `locked`. It is sent on every new connection
   * until it succeeds, so that the lock lives and dies with the process.
   */
  lock?: { text: string; values: unknown[] };
  /** Told when the connection is lost; it is made again by itself. */
  onConnectionLost?: (error: Error) => void;
}

const RETRY_MS = [50, 200, 500, 1_000, 2_000];
/** A half-open connection stays silent, so it is asked. */
const PING_EVERY_MS = 5_000;
const PING_TIMEOUT_MS = 5_000;

interface Subscription {
  listener: NotificationListener;
  onGap: (() => void) | undefined;
}

/** One connection of its own that hears NOTIFY and comes back when it is lost. Resolves once it stands. */
export async function listen(options: ListenOptions): Promise<NotificationHub> {
  const channels = new Map<string, Set<Subscription>>();
  let client: Client | null = null;
  /** Statements of one connection wait for each other: its driver will not queue them for long. */
  let lastStatement: Promise<unknown> = Promise.resolve();
  let isClosed = false;
  let failures = 0;
  let retryTimer: NodeJS.Timeout | undefined;
  /** A connection that died without a word may hold the lock for a while after its successor stands. */
  let isLocked = false;

  async function connect(): Promise<void> {
    const next = new Client({
      connectionString: options.connectionString,
      application_name: 'aigc-space-listen',
      connectionTimeoutMillis: PING_TIMEOUT_MS,
      query_timeout: PING_TIMEOUT_MS,
    });
    next.on('notification', ({ channel, payload }) => {
      for (const { listener } of channels.get(channel) ?? []) listener(payload ?? '');
    });
    next.on('error', (error) => lose(next, error));
    next.on('end', () => lose(next, new Error('the connection ended')));
    try {
      await next.connect();
      isLocked = await takeLock(next);
      for (const channel of channels.keys()) await next.query(`listen ${next.escapeIdentifier(channel)}`);
    } catch (error) {
      // It may stand, and would stay for as long as the process.
      void next.end().catch(() => {});
      throw error;
    }
    if (isClosed) return next.end();
    client = next;
    lastStatement = Promise.resolve();
  }

  function run<T>(statement: () => Promise<T>): Promise<T> {
    const result = lastStatement.then(statement);
    lastStatement = result.catch(() => {});
    return result;
  }

  async function takeLock(from: Client): Promise<boolean> {
    if (options.lock === undefined) return true;
    const { rows } = await from.query<{ locked: boolean }>(options.lock);
    return rows[0]?.locked === true;
  }

  async function checkConnection(current: Client): Promise<void> {
    try {
      if (isLocked) await run(() => current.query('select 1'));
      else isLocked = await run(() => takeLock(current));
    } catch (error) {
      lose(current, error instanceof Error ? error : new Error(String(error)));
    }
  }

  function lose(lost: Client, error: Error): void {
    if (isClosed || client !== lost) return;
    client = null;
    options.onConnectionLost?.(error);
    void lost.end().catch(() => {});
    scheduleRetry();
  }

  function scheduleRetry(): void {
    const delayMs = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)];
    failures += 1;
    retryTimer = setTimeout(() => void retry(), delayMs);
  }

  async function retry(): Promise<void> {
    try {
      await connect();
    } catch {
      if (!isClosed) scheduleRetry();
      return;
    }
    failures = 0;
    for (const subscriptions of channels.values()) for (const { onGap } of subscriptions) onGap?.();
  }

  const pingTimer = setInterval(() => {
    if (client !== null) void checkConnection(client);
  }, PING_EVERY_MS);
  pingTimer.unref();

  /** LISTEN and UNLISTEN that fail do so because the connection is lost; the next one takes up the map's state. */
  function send(statement: 'listen' | 'unlisten', channel: string): void {
    const current = client;
    if (current === null) return;
    run(() => current.query(`${statement} ${current.escapeIdentifier(channel)}`)).catch((error: Error) =>
      lose(current, error),
    );
  }

  try {
    await connect();
  } catch (error) {
    clearInterval(pingTimer);
    throw error;
  }
  return {
    subscribe(channel, listener, onGap) {
      const subscription = { listener, onGap };
      const subscriptions = channels.get(channel) ?? new Set();
      channels.set(channel, subscriptions.add(subscription));
      if (subscriptions.size === 1) send('listen', channel);
      return () => {
        if (!subscriptions.delete(subscription) || subscriptions.size > 0) return;
        channels.delete(channel);
        send('unlisten', channel);
      };
    },
    async untilHeard() {
      // Statements run in their order, so every LISTEN has run when the last one has.
      await lastStatement;
    },
    isConnected: () => client !== null,
    async close() {
      isClosed = true;
      clearInterval(pingTimer);
      clearTimeout(retryTimer);
      await client?.end().catch(() => {});
    },
  };
}
