import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@aigc/db/embedded/embedded-postgres';
import { migrate } from '@aigc/db/migrate';
import { openOrm } from '@aigc/db/orm';
import type { TestProject } from 'vitest/node';
import { withDatabase } from './test-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A database of the server that the run shares; tests make their own beside it. */
    testDatabaseUrl: string;
    /** The name of a migrated, otherwise empty database to copy. */
    templateDatabase: string;
  }
}

/** Starts one PostgreSQL for the whole run (or uses the one of TEST_DATABASE_URL) and prepares the template. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL'];
  const dataDir = given === undefined ? await mkdtemp(join(tmpdir(), 'aigc-test-')) : undefined;
  const server = dataDir === undefined ? undefined : await startEmbeddedPostgres({ dataDir });
  const url = given ?? server?.connectionString ?? '';
  const template = `aigc_template_${process.pid}`;
  const orm = await openOrm({ connectionString: url });
  try {
    await orm.em.fork().execute(`create database ${template}`);
    const templateOrm = await openOrm({ connectionString: withDatabase(url, template) });
    await migrate(templateOrm);
    await templateOrm.close(true);
  } finally {
    await orm.close(true);
  }
  project.provide('testDatabaseUrl', url);
  project.provide('templateDatabase', template);
  return async () => {
    if (server === undefined) {
      const closing = await openOrm({ connectionString: url });
      await closing.em.fork().execute(`drop database if exists ${template} with (force)`);
      await closing.close(true);
    }
    await server?.stop();
    if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
  };
}
