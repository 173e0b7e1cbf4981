import { expect } from 'vitest';
import type { Secrets } from '@aigc/core/secrets/secrets';
import type { EntityManager } from '@aigc/db/orm';
import type { Money } from '@aigc/shared/money';
import type { Plugin } from '@aigc/shared/schemas/plugins';
import { localKeyBinding, providerKeyBinding } from '@aigc/core/upstreams/secret-bindings';
import type { HealthRegister } from '../../src/gateway/routing/health-register.ts';
import type { ExchangeRequest } from '../../src/outbound/exchange-handler.ts';
import { startScriptedUpstream, type ScriptedUpstream } from './scripted-upstream/scripted-upstream.ts';
import { createKeyOwner, type KeyOwner } from './key-owner.ts';
import { startTestServer, type TestServerOptions } from './test-server.ts';

/** Longest wait for settlements on their way to the database. */
const FLUSH_MS = 10_000;

export interface CloudModelOptions {
  title: string;
  inputPrice?: Money | null;
  outputPrice?: Money | null;
  isApiEnabled?: boolean;
  maxOutputTokens?: number | null;
  /** Of another upstream than the scripted one. */
  baseUrl?: string;
  /** What that upstream speaks; OpenAI's protocol, if it is not said. */
  dialect?: string;
  /** Its own name for the model. */
  upstreamModel?: string;
  /** The provider's settings and its secret. */
  settings?: Record<string, unknown>;
  secret?: string;
}

export interface SendOptions {
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface JsonAnswer {
  status: number;
  headers: Headers;
  json: Record<string, unknown> & { error?: Record<string, unknown> };
}

/** What an upstream has time for. */
export type Deadlines = Pick<ExchangeRequest, 'headersTimeoutMs' | 'bodyIdleTimeoutMs' | 'totalTimeoutMs'>;

/** A log row as the database has it. */
export type LogRow = Record<string, unknown> & { bill: Money };

/**
 * The product with one user and key, a scripted upstream behind the cloud model `cloud` (2.4 and 9.6 per
 * million tokens) and behind the user's local model `local`, and a look into the database.
 */
export interface GatewayWorld extends KeyOwner {
  origin: string;
  /** Names the running process. */
  instanceId: string;
  em(): EntityManager;
  secrets: Secrets;
  plugins(): Plugin[];
  upstream: ScriptedUpstream;
  /** What the process knows of the upstreams it has called. */
  upstreamHealth: HealthRegister;
  createUser(options?: { keyStatus?: 'active' | 'disabled' }): Promise<KeyOwner>;
  addCloudModel(options: CloudModelOptions): Promise<void>;
  addLocalModel(options: { title: string; userId: string; apiKey?: string }): Promise<void>;
  topUp(amount: Money, userId?: string): Promise<void>;
  balance(userId?: string): Promise<{ balance: Money; held: Money }>;
  ledger(userId?: string): Promise<{ kind: string; amount: Money }[]>;
  lastCall(userId?: string): Promise<LogRow | undefined>;
  callCount(): Promise<number>;
  /** Posts JSON (or text as it is) and reads the answer as JSON. */
  post(
    path: string,
    body: unknown,
    headers?: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<JsonAnswer>;
  /** Posts JSON and leaves the answer to its reader. */
  raw(
    path: string,
    body: unknown,
    init?: { headers?: Record<string, string>; signal?: AbortSignal },
  ): Promise<Response>;
  query<Row>(sql: string, parameters?: unknown[]): Promise<Row[]>;
  /** From now on upstreams have this much time, instead of minutes. */
  setDeadlines(deadlines: Partial<Deadlines>): void;
  /** What is sent to one address, tokens of upstreams above all, goes to another. */
  redirect(from: string, to: string): void;
  /** Lets the gateway know of what was written past it. */
  refresh(): Promise<void>;
  /** The invariants of the books: sums, holds, one row a call, bills that recompute. */
  expectBooksRight(): Promise<void>;
  close(): Promise<void>;
}

export async function startGatewayWorld(serverOptions: TestServerOptions = {}): Promise<GatewayWorld> {
  const server = await startTestServer(serverOptions);
  const upstream = await startScriptedUpstream();
  const { container, origin } = server;
  const { calls } = server.app;
  const query = <Row>(sql: string, parameters: unknown[] = []) =>
    container.orm.em.fork().execute<Row[]>(sql, parameters);
  /** What was answered is on disk, and in the database a moment later. */
  const settled = async <Row>(sql: string, parameters: unknown[] = []) => {
    await calls.books.flush(FLUSH_MS);
    return query<Row>(sql, parameters);
  };
  const owner = await createKeyOwner(container);

  async function nextId(table: string): Promise<number> {
    const [row] = await query<{ id: number }>("select nextval(pg_get_serial_sequence(?, 'id'))::int as id", [
      `aigcspace.${table}`,
    ]);
    if (row === undefined) throw new Error('no sequence');
    return row.id;
  }

  const shortened: Partial<Deadlines> = {};
  const { outbound } = container;
  const start = outbound.start.bind(outbound);
  outbound.start = (request, handler) => start({ ...request, ...shortened }, handler);
  const redirects = new Map<string, string>();
  const request = outbound.request.bind(outbound);
  outbound.request = (call) => request({ ...call, url: redirects.get(String(call.url)) ?? call.url });

  /** One provider for each address. */
  const providers = new Map<string, number>();

  async function providerAt(
    baseUrl: string,
    {
      dialect,
      settings = {},
      secret = 'sk-upstream-cloud-1',
    }: Pick<CloudModelOptions, 'dialect' | 'settings' | 'secret'>,
  ): Promise<number> {
    const place = JSON.stringify([dialect, baseUrl, settings, secret]);
    const known = providers.get(place);
    if (known !== undefined) return known;
    const id = await nextId('providers');
    const key = container.secrets.seal(secret, providerKeyBinding({ id, baseUrl }));
    await query(
      'insert into aigcspace.providers (id, name, dialect, base_url, api_key, settings) values (?, ?, ?, ?, ?, ?::jsonb)',
      [
        id,
        providers.size === 0 ? 'Scripted' : `Other ${id}`,
        dialect,
        baseUrl,
        key,
        JSON.stringify(settings),
      ],
    );
    providers.set(place, id);
    return id;
  }

  async function addCloudModel(options: CloudModelOptions): Promise<void> {
    const {
      title,
      inputPrice = '2.4',
      outputPrice = '9.6',
      isApiEnabled = true,
      maxOutputTokens = 4096,
      baseUrl = upstream.baseUrl,
      dialect = 'openai-compatible',
      upstreamModel = `upstream-${title}`,
    } = options;
    const providerId = await providerAt(baseUrl, { ...options, dialect });
    await query(
      `insert into aigcspace.models (title, provider_id, upstream_model, is_api_enabled, input_price, output_price, max_output_tokens)
       values (?, ?, ?, ?, ?, ?, ?)`,
      [title, providerId, upstreamModel, isApiEnabled, inputPrice, outputPrice, maxOutputTokens],
    );
    await calls.snapshot.refresh();
  }

  async function addLocalModel(options: { title: string; userId: string; apiKey?: string }): Promise<void> {
    const { title, userId, apiKey = 'sk-local-1' } = options;
    const id = await nextId('models');
    const sealed = container.secrets.seal(apiKey, localKeyBinding({ id, userId, baseUrl: upstream.baseUrl }));
    await query(
      `insert into aigcspace.models (id, title, is_local, user_id, base_url, local_api_key, is_api_enabled)
       values (?, ?, true, ?, ?, ?, true)`,
      [id, title, userId, upstream.baseUrl, sealed],
    );
    await calls.snapshot.refresh();
  }

  await addCloudModel({ title: 'cloud' });
  await addLocalModel({ title: 'local', userId: owner.userId });

  const send = (path: string, body: unknown, init: SendOptions) =>
    fetch(`${origin}${path}`, {
      method: 'POST',
      ...init,
      headers: { authorization: `Bearer ${owner.key}`, 'content-type': 'application/json', ...init.headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  return {
    ...owner,
    origin,
    instanceId: container.instanceId,
    em: () => container.orm.em.fork(),
    secrets: container.secrets,
    plugins: () => container.plugins.list(),
    upstream,
    upstreamHealth: container.upstreamHealth,
    query,
    redirect: (from, to) => void redirects.set(from, to),
    setDeadlines(deadlines) {
      Object.assign(shortened, deadlines);
    },
    refresh: () => calls.snapshot.refresh(),
    createUser: (options) => createKeyOwner(container, options),
    addCloudModel,
    addLocalModel,
    async topUp(amount, userId = owner.userId) {
      await query(
        `with paid as (update aigcspace.accounts set balance = balance + ?::numeric where organisation_id = (
           select organisation_id from aigcspace.memberships where user_id = ?) returning id, balance)
         insert into aigcspace.ledger_entries (account_id, kind, amount, balance_after) select id, 'topup', ?::numeric, balance from paid`,
        [amount, userId, amount],
      );
    },
    async balance(userId = owner.userId) {
      const [row] = await settled<{ balance: Money; held: Money }>(
        `select a.balance::text, a.held::text from aigcspace.accounts a
         join aigcspace.memberships m on m.organisation_id = a.organisation_id where m.user_id = ?`,
        [userId],
      );
      if (row === undefined) throw new Error('no account');
      return row;
    },
    ledger: (userId = owner.userId) =>
      settled(
        `select l.kind, l.amount::text from aigcspace.ledger_entries l join aigcspace.accounts a on a.id = l.account_id
         join aigcspace.memberships m on m.organisation_id = a.organisation_id where m.user_id = ? order by l.id`,
        [userId],
      ),
    async lastCall(userId = owner.userId) {
      const rows = await settled<LogRow>(
        'select *, bill::text as bill from aigcspace.api_call_log where user_id = ? order by id desc limit 1',
        [userId],
      );
      return rows[0];
    },
    async callCount() {
      const [row] = await settled<{ count: number }>(
        'select count(*)::int as count from aigcspace.api_call_log',
      );
      return row?.count ?? 0;
    },
    async post(path, body, headers = {}, signal) {
      const answer = await send(path, body, { headers, ...(signal === undefined ? {} : { signal }) });
      return {
        status: answer.status,
        headers: answer.headers,
        json: (await answer.json()) as JsonAnswer['json'],
      };
    },
    raw: (path, body, init = {}) => send(path, body, init),
    async expectBooksRight() {
      await calls.books.flush(FLUSH_MS);
      await expect.poll(() => query('select request_id from aigcspace.holds'), { timeout: 5000 }).toEqual([]);
      const wrongBalances = await query(
        `select a.id from aigcspace.accounts a left join aigcspace.ledger_entries l on l.account_id = a.id
         group by a.id having a.balance <> coalesce(sum(l.amount), 0) or a.balance < 0 or a.held <> 0`,
      );
      expect(wrongBalances).toEqual([]);
      const [sums] = await query<{ bills: Money; entries: Money }>(
        `select (select coalesce(sum(bill), 0) from aigcspace.api_call_log)::text as bills,
           (select coalesce(sum(case kind when 'usage' then -amount when 'uncollected' then amount end), 0)
            from aigcspace.ledger_entries)::numeric(24,10)::text as entries`,
      );
      expect(Number(sums?.bills)).toBe(Number(sums?.entries));
      const wrongBills = await query(
        `select request_id from aigcspace.api_call_log where bill <> aigcspace.bill_of(
           input_tokens, output_tokens, cached_tokens, usage_details, input_price, output_price, extra_prices)`,
      );
      expect(wrongBills).toEqual([]);
      const localCosts = await query('select id from aigcspace.api_call_log where is_local and bill <> 0');
      expect(localCosts).toEqual([]);
      const [rollups] = await query<{ same: boolean }>(
        `select (select coalesce(sum(calls), 0) from aigcspace.call_rollups) = (select count(*) from aigcspace.api_call_log)
           and (select coalesce(sum(cost), 0) from aigcspace.call_rollups) = (select coalesce(sum(bill), 0) from aigcspace.api_call_log) as same`,
      );
      expect(rollups?.same).toBe(true);
    },
    async close() {
      await server.close();
      await upstream.close();
    },
  };
}
