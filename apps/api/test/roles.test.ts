import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './support/test-server.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

/** Three processes of one installation, each for one part of it. */
let database: TestDatabase;
let panel: TestServer;
let gateway: TestServer;
let jobs: TestServer;

beforeAll(async () => {
  database = await createTestDatabase();
  const { connectionString } = database;
  panel = await startTestServer({ connectionString, env: { ROLE: 'panel' } });
  gateway = await startTestServer({ connectionString, env: { ROLE: 'gateway' } });
  jobs = await startTestServer({ connectionString, env: { ROLE: 'jobs' } });
});
afterAll(async () => {
  for (const server of [panel, gateway, jobs]) await server.close();
  await database.drop();
});

const status = async ({ origin }: TestServer, path: string): Promise<number> =>
  (await fetch(`${origin}${path}`, { headers: { authorization: `Bearer ${panel.adminKey}` } })).status;

test('a gateway answers calls and nothing of the panel', async () => {
  expect(await status(gateway, '/v1/models')).toBe(200);
  expect(await status(gateway, '/api/v1/models')).toBe(200);
  expect(await status(gateway, '/trpc/viewer.get')).toBe(404);
  expect(await status(gateway, '/api/platform/api-keys')).toBe(404);
});

test('a panel answers everything but calls with a key', async () => {
  const { viewer } = await panel.admin.client.viewer.get.query();
  expect(viewer?.email).toBe(panel.admin.email);
  expect(await status(panel, '/v1/models')).toBe(404);
});

test('a process for jobs answers nothing, and each says whether and how it is', async () => {
  expect(await status(jobs, '/v1/models')).toBe(404);
  expect(await status(jobs, '/trpc/viewer.get')).toBe(404);
  for (const server of [panel, gateway, jobs]) {
    expect(await status(server, '/healthz')).toBe(200);
    expect(await status(server, '/readyz')).toBe(200);
    expect(await status(server, '/metrics')).toBe(200);
  }
});
