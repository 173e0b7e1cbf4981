import { randomBytes } from 'node:crypto';
import { createSecrets } from '@aigc/core/secrets/create-secrets';
import type { Secrets } from '@aigc/core/secrets/secrets';
import { createSnapshot, type CreateSnapshotOptions } from '@aigc/core/snapshot/create-snapshot';
import type { Snapshot } from '@aigc/core/snapshot/snapshot';
import { listen, type NotificationHub } from '@aigc/db/listen';
import { openOrm } from '@aigc/db/orm';
import { createKeyOwner, type KeyOwner } from '../support/key-owner.ts';
import { createTestDatabase } from '../support/test-database.ts';

/** A migrated database and snapshots of it, without the rest of the product. */
export interface SnapshotWorld {
  connectionString: string;
  secrets: Secrets;
  /** What snapshots reported that could not be done. */
  troubles: unknown[];
  query<Row>(sql: string, parameters?: unknown[]): Promise<Row[]>;
  /** Runs a statement in a transaction of its own and leaves it open; the answer commits it. */
  begin(sql: string): Promise<() => Promise<void>>;
  createKeyOwner(): Promise<KeyOwner>;
  addProvider(options?: { name?: string; status?: string }): Promise<number>;
  addCloudModel(options: { title: string; providerId: number }): Promise<number>;
  addLocalModel(options: { title: string; userId: string }): Promise<number>;
  /** Another process's snapshot, with a hub of its own. */
  openSnapshot(options?: Partial<CreateSnapshotOptions>): Promise<Snapshot>;
  /** The hub that listens for the snapshot opened last. */
  hub(): NotificationHub;
  close(): Promise<void>;
}

export async function openSnapshotWorld(): Promise<SnapshotWorld> {
  const database = await createTestDatabase();
  const { connectionString } = database;
  const orm = await openOrm({ connectionString });
  const secrets = createSecrets([{ id: 1, key: Buffer.alloc(32, 7) }]);
  const closing: (() => Promise<void>)[] = [];
  const troubles: unknown[] = [];
  const query = <Row>(sql: string, parameters: unknown[] = []) =>
    orm.em.fork().execute<Row[]>(sql, parameters);
  let lastHub: NotificationHub | null = null;

  async function insertedId(sql: string, parameters: unknown[]): Promise<number> {
    const [row] = await query<{ id: number }>(`${sql} returning id`, parameters);
    if (row === undefined) throw new Error('nothing was inserted');
    return row.id;
  }

  return {
    connectionString,
    secrets,
    troubles,
    query,
    async begin(sql) {
      const em = orm.em.fork();
      await em.begin();
      await em.execute(sql);
      return () => em.commit();
    },
    createKeyOwner: () => createKeyOwner({ orm, secrets }),
    addProvider: ({ name = randomBytes(6).toString('hex'), status = 'enabled' } = {}) =>
      insertedId(
        "insert into aigcspace.providers (name, dialect, base_url, status) values (?, 'openai-compatible', 'https://upstream.example/v1', ?)",
        [name, status],
      ),
    addCloudModel: ({ title, providerId }) =>
      insertedId(
        'insert into aigcspace.models (title, provider_id, is_api_enabled, input_price, output_price) values (?, ?, true, 1, 2)',
        [title, providerId],
      ),
    addLocalModel: ({ title, userId }) =>
      insertedId(
        "insert into aigcspace.models (title, is_local, user_id, base_url, is_api_enabled) values (?, true, ?, 'http://127.0.0.1:11434/v1', true)",
        [title, userId],
      ),
    async openSnapshot(options = {}) {
      const hub = options.hub ?? (await listen({ connectionString }));
      lastHub = hub;
      const snapshot = await createSnapshot({
        connectionString,
        hub,
        secrets,
        maxStaleMs: 600_000,
        onTrouble: (error) => troubles.push(error),
        ...options,
      });
      await hub.untilHeard();
      closing.push(
        () => snapshot.close(),
        () => hub.close(),
      );
      return snapshot;
    },
    hub() {
      if (lastHub === null) throw new Error('no snapshot was opened');
      return lastHub;
    },
    async close() {
      for (const close of closing.splice(0)) await close();
      await orm.close(true);
      await database.drop();
    },
  };
}
