import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecrets } from '@aigc/core/secrets/create-secrets';
import { parseKeyEncryptionKeys } from '@aigc/core/secrets/key-encryption-keys';
import { localKeyBinding, providerKeyBinding } from '@aigc/core/upstreams/secret-bindings';
import { findEmbeddedPostgres, startEmbeddedPostgres } from '@aigc/db/embedded/embedded-postgres';
import { openOrm, type Orm } from '@aigc/db/orm';
import { createKeyOwner, type KeyOwner } from '../support/key-owner.ts';
import { startProduct, type ProductProcess } from '../support/product-process.ts';
import { startChaosUpstream, type ChaosUpstream } from './chaos-upstream.ts';

export interface ChaosOptions {
  /** For the server process: `WORKERS`, `SETTLE` and so on. */
  env?: Record<string, string>;
}

/** Who calls. The first has more money than it can spend, the others now and then run out. */
const BALANCES = ['1000', '0.2', '0.05', '0.02'] as const;
export const CALLERS = BALANCES.length;

/** Prices per million tokens; `free` costs nothing, which is a price too. */
const MODELS = [
  { title: 'priced', inputPrice: '20', outputPrice: '60' },
  { title: 'free', inputPrice: '0', outputPrice: '0' },
] as const;

/** An installation of its own, its upstream, and a view into its database. */
export interface ChaosWorld {
  dataDir: string;
  upstream: ChaosUpstream;
  callers: readonly KeyOwner[];
  /** Where the server answers now; while it is down, where it answered last. */
  origin(): string;
  product(): ProductProcess;
  start(): Promise<void>;
  /** Ends it as an operator does. Returns its exit code. */
  stop(): Promise<number | null>;
  query<Row>(sql: string, parameters?: unknown[]): Promise<Row[]>;
  /** Another user with a key and no money. */
  createOwner(): Promise<KeyOwner>;
  pay(userId: string, amount: string): Promise<void>;
  /** Pays something in for everybody who has little. */
  topUp(): Promise<void>;
  /** Runs `look` on the database alone, while the server is stopped. */
  whileStopped<T>(look: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export async function startChaosWorld(options: ChaosOptions = {}): Promise<ChaosWorld> {
  const dataDir = await mkdtemp(join(tmpdir(), 'aigc-chaos-'));
  const secretKeys = `1:${randomBytes(32).toString('base64')}`;
  const secrets = createSecrets(parseKeyEncryptionKeys(secretKeys));
  const upstream = await startChaosUpstream();
  let product: ProductProcess;
  let origin = '';
  let orm: Orm | undefined;

  async function start(): Promise<void> {
    const env = { DATA_DIR: dataDir, SECRET_KEYS: secretKeys, LOG_LEVEL: 'warn', ...options.env };
    // It ends with this process, however that ends.
    product = startProduct(env, { hasLauncher: true });
    origin = await product.ready();
  }

  async function stop(): Promise<number | null> {
    product.child.kill('SIGTERM');
    return product.ended;
  }

  /** The database's address stays the same, but its connections die with it. */
  async function query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const connectionString = await findEmbeddedPostgres({ dataDir });
    if (connectionString === undefined) throw new Error('the database server does not answer');
    orm ??= await openOrm({ connectionString, poolSize: 2 });
    return orm.em.fork().execute<Row[]>(sql, parameters);
  }

  async function forgetConnections(): Promise<void> {
    const old = orm;
    orm = undefined;
    await old?.close(true);
  }

  await start();
  await seedModels();
  const callers: KeyOwner[] = [];
  for (const balance of BALANCES) {
    const owner = await createOwner();
    await seedLocalModel(owner.userId);
    await pay(owner.userId, balance);
    callers.push(owner);
  }

  async function createOwner(): Promise<KeyOwner> {
    await query('select 1');
    if (orm === undefined) throw new Error('the database is not open');
    return createKeyOwner({ orm, secrets });
  }

  async function nextId(table: string): Promise<number> {
    const [row] = await query<{ id: number }>("select nextval(pg_get_serial_sequence(?, 'id'))::int as id", [
      `aigcspace.${table}`,
    ]);
    return row?.id ?? 0;
  }

  async function seedModels(): Promise<void> {
    const { baseUrl } = upstream;
    const id = await nextId('providers');
    await query(
      "insert into aigcspace.providers (id, name, dialect, base_url, api_key) values (?, 'Chaos', 'openai-compatible', ?, ?)",
      [id, baseUrl, secrets.seal('sk-chaos-upstream', providerKeyBinding({ id, baseUrl }))],
    );
    for (const { title, inputPrice, outputPrice } of MODELS) {
      await query(
        `insert into aigcspace.models (title, provider_id, upstream_model, is_api_enabled, input_price, output_price, max_output_tokens)
         values (?, ?, ?, true, ?, ?, 4096)`,
        [title, id, `upstream-${title}`, inputPrice, outputPrice],
      );
    }
  }

  async function seedLocalModel(userId: string): Promise<void> {
    const { baseUrl } = upstream;
    const id = await nextId('models');
    await query(
      `insert into aigcspace.models (id, title, is_local, user_id, base_url, local_api_key, is_api_enabled)
       values (?, 'local', true, ?, ?, ?, true)`,
      [id, userId, baseUrl, secrets.seal('sk-chaos-local', localKeyBinding({ id, userId, baseUrl }))],
    );
  }

  async function pay(userId: string, amount: string): Promise<void> {
    await query(
      `with paid as (update aigcspace.accounts set balance = balance + ?::numeric where organisation_id = (
         select organisation_id from aigcspace.memberships where user_id = ?) returning id, balance)
       insert into aigcspace.ledger_entries (account_id, kind, amount, balance_after) select id, 'topup', ?::numeric, balance from paid`,
      [amount, userId, amount],
    );
  }

  return {
    dataDir,
    upstream,
    callers,
    origin: () => origin,
    product: () => product,
    start,
    stop,
    query,
    createOwner,
    pay,
    async topUp() {
      for (const [index, { userId }] of callers.entries())
        if (index > 0) await pay(userId, BALANCES[index] ?? '0');
    },
    async whileStopped(look) {
      await forgetConnections();
      const database = await startEmbeddedPostgres({ dataDir });
      try {
        return await look();
      } finally {
        await forgetConnections();
        await database.stop();
      }
    },
    async close() {
      await forgetConnections();
      if (product.child.exitCode === null && product.child.signalCode === null) await stop();
      await upstream.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
