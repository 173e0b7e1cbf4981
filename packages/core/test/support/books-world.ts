import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallBooks, KeyBudget, Settlement } from '@aigc/core/calls/call-books';
import { NO_USAGE, type BegunCall } from '@aigc/core/calls/call';
import { recoverJournals, type RecoveredJournals } from '@aigc/core/calls/recover-journals';
import { createJournalBooks } from '@aigc/core/calls/journal-books';
import { Journal } from '@aigc/core/journal/journal';
import type { JournalFiles } from '@aigc/core/journal/journal-files';
import { listen, type NotificationHub } from '@aigc/db/listen';
import { openOrm, type Orm } from '@aigc/db/orm';
import { newId } from '@aigc/shared/ids';
import { toUnits } from '@aigc/shared/money-units';
import { expect, inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** A database of the server that the run shares; tests make their own beside it. */
    testDatabaseUrl: string;
    /** The name of a migrated, otherwise empty database to copy. */
    templateDatabase: string;
  }
}

/** A tenant with money and a key. */
export interface Payer {
  userId: string;
  organisationId: string;
  projectId: string;
  accountId: string;
  keyId: number;
}

export interface OpenBooks {
  id: string;
  books: CallBooks;
  journal: Journal;
  hub: NotificationHub;
  /** Errors after which a process would have to end. */
  fatal: Error[];
  logged: { level: string; message: string }[];
}

/** A database of its own, journals in a directory of its own, and books on them as several processes would have. */
export interface BooksWorld {
  connectionString: string;
  directory: string;
  query<Row>(sql: string, parameters?: unknown[]): Promise<Row[]>;
  orm: Orm;
  /** Lets nobody connect any more, or everybody again. Connections that stand stay. */
  setDatabaseOpen(isOpen: boolean): Promise<void>;
  addPayer(balance: string): Promise<Payer>;
  /** Enters what is left in the journals of the directory. */
  recover(): Promise<RecoveredJournals>;
  open(options?: { files?: JournalFiles; segmentBytes?: number; maxBytes?: number }): Promise<OpenBooks>;
  /** What every account must satisfy at any time, and the log when all is drained. */
  expectBooksRight(): Promise<void>;
  account(payer: Payer): Promise<{ balance: string; held: string; leased: string }>;
  close(): Promise<void>;
}

export async function openBooksWorld(): Promise<BooksWorld> {
  const url = new URL(inject('testDatabaseUrl'));
  const name = `aigc_books_${randomBytes(6).toString('hex')}`;
  const administration = await openOrm({ connectionString: url.href, poolSize: 1 });
  await administration.em.fork().execute(`create database ${name} template ${inject('templateDatabase')}`);
  url.pathname = `/${name}`;
  const connectionString = url.href;
  const orm = await openOrm({ connectionString });
  const directory = await mkdtemp(join(tmpdir(), 'aigc-books-'));
  const opened: OpenBooks[] = [];
  const query = <Row>(sql: string, parameters: unknown[] = []) =>
    orm.em.fork().execute<Row[]>(sql, parameters);

  return {
    connectionString,
    directory,
    query,
    orm,
    async setDatabaseOpen(isOpen) {
      await administration.em.fork().execute(`alter database ${name} allow_connections ${isOpen}`);
    },
    async addPayer(balance) {
      const payer = {
        userId: newId('usr'),
        organisationId: newId('org'),
        projectId: newId('prj'),
        accountId: newId('acc'),
      };
      await query('insert into aigcspace.users (id, email, name, password_hash) values (?, ?, ?, ?)', [
        payer.userId,
        `${payer.userId}@example.com`,
        'Payer',
        '-',
      ]);
      await query("insert into aigcspace.organisations (id, name, kind) values (?, 'Payer', 'personal')", [
        payer.organisationId,
      ]);
      await query(
        "insert into aigcspace.projects (id, organisation_id, name, is_default) values (?, ?, 'P', true)",
        [payer.projectId, payer.organisationId],
      );
      await query('insert into aigcspace.accounts (id, organisation_id, balance) values (?, ?, ?)', [
        payer.accountId,
        payer.organisationId,
        balance,
      ]);
      if (balance !== '0') {
        await query(
          "insert into aigcspace.ledger_entries (account_id, kind, amount, balance_after) values (?, 'topup', ?::numeric, ?::numeric)",
          [payer.accountId, balance, balance],
        );
      }
      const [key] = await query<{ id: number }>(
        `insert into aigcspace.platform_api_key (user_id, project_id, api_key, pepper_id, api_key_prefix, last_four, name)
         values (?, ?, ?, 1, 'sk-aigc-', 'abcd', 'Key') returning id`,
        [payer.userId, payer.projectId, randomBytes(32).toString('hex')],
      );
      if (key === undefined) throw new Error('no key');
      return { ...payer, keyId: key.id };
    },
    async open(options = {}) {
      const id = newId('ins');
      const fatal: Error[] = [];
      const logged: OpenBooks['logged'] = [];
      const journal = await Journal.open({
        directory,
        id,
        onFatal: (error) => fatal.push(error),
        ...options,
      });
      const hub = await listen({ connectionString });
      const record = (level: string) => (_fields: object, message: string) =>
        void logged.push({ level, message });
      const log = { info: record('info'), warn: record('warn'), error: record('error') };
      const books = await createJournalBooks({ connectionString, journal, live: hub, log });
      const one = { id, books, journal, hub, fatal, logged };
      opened.push(one);
      return one;
    },
    recover() {
      const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
      return recoverJournals({ connectionString, directory, log });
    },
    async expectBooksRight() {
      const wrong = await query(
        `select a.id, a.balance, a.held, a.leased from aigcspace.accounts a where a.balance < 0
           or a.balance <> coalesce((select sum(amount) from aigcspace.ledger_entries where account_id = a.id), 0)
           or a.held <> coalesce((select sum(amount) from aigcspace.holds where account_id = a.id), 0)
           or a.leased <> coalesce((select sum(amount) from aigcspace.leases where account_id = a.id), 0)`,
      );
      expect(wrong).toEqual([]);
      const wrongBudgets = await query(
        `select b.* from aigcspace.key_budgets b where b.leased <> coalesce((select sum(amount)
           from aigcspace.budget_leases l where l.key_id = b.key_id and l.period = b.period and l.period_start = b.period_start), 0)`,
      );
      expect(wrongBudgets).toEqual([]);
      const [sums] = await query<{ equal: boolean; rollups: boolean; twice: number }>(
        `select (select coalesce(sum(bill), 0) from aigcspace.api_call_log) =
             (select coalesce(sum(case kind when 'usage' then -amount when 'uncollected' then amount end), 0)
              from aigcspace.ledger_entries) as equal,
           (select coalesce(sum(calls), 0) from aigcspace.call_rollups) = (select count(*) from aigcspace.api_call_log)
             and (select coalesce(sum(cost), 0) from aigcspace.call_rollups)
               = (select coalesce(sum(bill), 0) from aigcspace.api_call_log) as rollups,
           (select count(*) - count(distinct request_id) from aigcspace.api_call_log)::int as twice`,
      );
      expect(sums).toEqual({ equal: true, rollups: true, twice: 0 });
      const wrongRuns = await query(
        `select * from (select account_id, id, balance_after, sum(amount) over (partition by account_id order by id) as total
           from aigcspace.ledger_entries) e where balance_after <> total`,
      );
      expect(wrongRuns).toEqual([]);
    },
    async account({ accountId }) {
      const [row] = await query<{ balance: string; held: string; leased: string }>(
        'select balance::text, held::text, leased::text from aigcspace.accounts where id = ?',
        [accountId],
      );
      if (row === undefined) throw new Error('no account');
      return row;
    },
    async close() {
      await Promise.all(opened.map(({ books }) => books.close().catch(() => {})));
      await Promise.all(opened.map(({ hub }) => hub.close()));
      await orm.close(true);
      await administration.em.fork().execute(`drop database if exists ${name} with (force)`);
      await administration.close(true);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export function callOf(payer: Payer, over: Partial<BegunCall> = {}): BegunCall {
  return {
    requestId: newId('req'),
    userId: payer.userId,
    organisationId: payer.organisationId,
    projectId: payer.projectId,
    apiKeyId: payer.keyId,
    modelId: null,
    modelName: 'some-model',
    provider: 'Some provider',
    endpoint: 'chat/completions',
    source: 'api',
    isLocal: false,
    isStream: false,
    price: { inputPrice: '1000000', outputPrice: '0' },
    requestIp: '203.0.113.9',
    createdAt: new Date().toISOString(),
    ...over,
  };
}

/** A successful end with this bill. */
export function endOf(call: BegunCall, bill: string): Settlement {
  return {
    call,
    outcome: {
      status: 'success',
      httpStatus: 200,
      errorCode: null,
      errorMessage: null,
      usage: { ...NO_USAGE, inputTokens: 1 },
      bill,
      latencyMs: 12,
      ttftMs: null,
    },
    idempotency: null,
  };
}

export function need(payer: Payer, amount: string, budget: KeyBudget | null = null) {
  return { accountId: payer.accountId, amount: toUnits(amount), budget };
}
