import { Client } from 'pg';
import { CopyIn } from './copy-in.ts';
import type { CopyLines } from './copy-lines.ts';

export interface SqlSessionOptions {
  connectionString: string;
  /** As `pg_stat_activity` shows it. */
  applicationName: string;
  /** A statement that takes longer loses its connection. */
  timeoutMs: number;
  /** Settings of the session, e.g. `-c synchronous_commit=off`. */
  settings?: string;
}

/** Statements on one connection. Each text is prepared once per connection and kept by its name. */
export interface Sql {
  query<Row extends object>(statement: Statement, values?: unknown[]): Promise<Row[]>;
  /** Sends rows, one line each; `target` is the table with its columns. */
  copy(target: string, rows: CopyLines): Promise<void>;
}

export interface Statement {
  name: string;
  text: string;
}

/**
 * A connection of its own, made when it is needed and again after it was lost: what a full pool delays does not
 * delay it. Transactions and single statements wait for each other.
 */
export interface SqlSession {
  query<Row extends object>(statement: Statement, values?: unknown[]): Promise<Row[]>;
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * The connection was lost, or never stood. Whether the last statement took effect is unknown, unless `wasSent` is
 * false. A transaction takes effect with its commit, so that one that was lost before has none.
 */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
  /** The SQLSTATE of a failed connection, which is a reason to try again. */
  readonly code = '08006';
  readonly wasSent: boolean;

  constructor(cause: unknown, wasSent: boolean) {
    super(
      `the connection to the database was lost: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
      },
    );
    this.wasSent = wasSent;
  }
}

const CONNECT_TIMEOUT_MS = 5_000;
const SQLSTATE = /^[0-9A-Z]{5}$/;
/** Class 57P: the server ends the connection. What it was doing may have been done. */
const SERVER_ENDS = /^57P/;

export function openSqlSession(options: SqlSessionOptions): SqlSession {
  let client: Client | null = null;
  let isClosed = false;
  let last: Promise<unknown> = Promise.resolve();

  async function connected(): Promise<Client> {
    if (client !== null) return client;
    if (isClosed) throw new ConnectionLostError(new Error('the session is closed'), false);
    const next = new Client({
      connectionString: options.connectionString,
      application_name: options.applicationName,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      ...(options.settings === undefined ? {} : { options: options.settings }),
    });
    const forget = (): void => {
      if (client === next) client = null;
    };
    next.on('error', forget);
    next.on('end', forget);
    try {
      await next.connect();
    } catch (error) {
      void next.end().catch(() => {});
      throw new ConnectionLostError(error, false);
    }
    client = next;
    return next;
  }

  /** Ends a connection in an unknown state; the next statement makes another. */
  function drop(lost: Client): void {
    if (client === lost) client = null;
    (lost as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }

  async function run<T>(on: Client, statement: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    try {
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('the database does not answer')), options.timeoutMs);
      });
      return await Promise.race([statement(), late]);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (SQLSTATE.test(code) && !SERVER_ENDS.test(code)) throw error;
      drop(on);
      throw new ConnectionLostError(error, true);
    } finally {
      clearTimeout(timer);
    }
  }

  const query = <Row extends object>(on: Client, { name, text }: Statement, values: unknown[] = []) =>
    run(on, async () => (await on.query<Row>({ name, text, values })).rows);

  const copy = (on: Client, target: string, rows: CopyLines) =>
    run(
      on,
      () =>
        new Promise<void>((resolve, reject) => {
          on.query(new CopyIn(`copy ${target} from stdin`, rows.pieces, { resolve, reject }));
        }),
    );

  function queued<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  }

  return {
    query: <Row extends object>(statement: Statement, values?: unknown[]) =>
      queued(async () => query<Row>(await connected(), statement, values)),
    transaction: (work) =>
      queued(async () => {
        const on = await connected();
        let isCommitting = false;
        try {
          await query(on, BEGIN);
          const result = await work({
            query: (statement, values) => query(on, statement, values),
            copy: (target, rows) => copy(on, target, rows),
          });
          isCommitting = true;
          await query(on, COMMIT);
          return result;
        } catch (error) {
          if (error instanceof ConnectionLostError) {
            throw isCommitting ? error : new ConnectionLostError(error.cause, false);
          }
          await query(on, ROLLBACK).catch(() => {});
          throw error;
        }
      }),
    async close() {
      isClosed = true;
      await last;
      await client?.end().catch(() => {});
    },
  };
}

const BEGIN: Statement = { name: 'begin', text: 'begin' };
const COMMIT: Statement = { name: 'commit', text: 'commit' };
const ROLLBACK: Statement = { name: 'rollback', text: 'rollback' };
