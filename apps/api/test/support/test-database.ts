import { randomBytes } from 'node:crypto';
import { openOrm } from '@aigc/db/orm';
import { inject } from 'vitest';

export interface TestDatabase {
  connectionString: string;
  drop(): Promise<void>;
}

/** The same server's address with another database. */
export function withDatabase(url: string, database: string): string {
  const parsed = new URL(url);
  parsed.pathname = `/${database}`;
  return parsed.href;
}

/** A database of one's own: a copy of the migrated template, or an empty one. */
export async function createTestDatabase(kind: 'migrated' | 'empty' = 'migrated'): Promise<TestDatabase> {
  const url = inject('testDatabaseUrl');
  const name = `aigc_test_${randomBytes(6).toString('hex')}`;
  await administer(
    url,
    `create database ${name}${kind === 'empty' ? '' : ` template ${inject('templateDatabase')}`}`,
  );
  return {
    connectionString: withDatabase(url, name),
    drop: () => administer(url, `drop database if exists ${name} with (force)`),
  };
}

async function administer(url: string, statement: string): Promise<void> {
  const orm = await openOrm({ connectionString: url, poolSize: 1 });
  try {
    await orm.em.fork().execute(statement);
  } finally {
    await orm.close(true);
  }
}
