import { setTimeout as delay } from 'node:timers/promises';
import { Client, type QueryConfig } from 'pg';

/** A silent peer gets no longer farewell. */
const GOODBYE_MS = 500;

export interface DeadlineConnectionOptions {
  connectionString: string;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** To connect, and for each statement unless it names another. */
  deadlineMs: number;
}

export interface Statement {
  text: string;
  values?: unknown[];
  /** Prepares the statement once per connection. */
  name?: string;
  deadlineMs?: number;
}

export type RunStatement = <Row extends object>(statement: Statement) => Promise<Row[]>;

/** One connection that never waits longer than its deadlines: what answers late counts as lost. */
export interface DeadlineConnection {
  /**
   * Runs statements one after the other on the same connection, made if there is none. After a failure the
   * connection is dropped, whatever the failure was; the next `use` makes another. One `use` at a time.
   */
  use<T>(work: (run: RunStatement) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * A connection beside the pool, for work that must notice within seconds that PostgreSQL has become silent. A
 * half-open connection of a pool would wait for as long as the operating system resends.
 */
export function openDeadlineConnection(options: DeadlineConnectionOptions): DeadlineConnection {
  let client: Client | null = null;
  let isClosed = false;

  async function connect(): Promise<Client> {
    const next = new Client({
      connectionString: options.connectionString,
      application_name: options.applicationName,
      connectionTimeoutMillis: options.deadlineMs,
      keepAlive: true,
    });
    const forget = (): void => {
      if (client === next) client = null;
    };
    next.on('error', forget);
    next.on('end', forget);
    try {
      await next.connect();
    } catch (error) {
      drop(next);
      throw error;
    }
    if (isClosed) {
      drop(next);
      throw new Error('the connection was closed');
    }
    client = next;
    return next;
  }

  return {
    async use(work) {
      if (isClosed) throw new Error('the connection was closed');
      const current = client ?? (await connect());
      try {
        return await work(async <Row extends object>(statement: Statement) => {
          const { deadlineMs = options.deadlineMs, ...rest } = statement;
          // The driver reads `query_timeout` of each statement; its types know only the client's.
          const config: QueryConfig & { query_timeout: number } = { ...rest, query_timeout: deadlineMs };
          const { rows } = await current.query<Row>(config);
          return rows;
        });
      } catch (error) {
        if (client === current) client = null;
        drop(current);
        throw error;
      }
    },
    async close() {
      isClosed = true;
      const current = client;
      client = null;
      if (current === null) return;
      await Promise.race([current.end().catch(() => {}), delay(GOODBYE_MS, undefined, { ref: false })]);
      drop(current);
    },
  };
}

/** Without a farewell, which a silent peer would never answer. */
function drop(client: Client): void {
  client.on('error', () => {});
  client.connection.stream.destroy();
}
