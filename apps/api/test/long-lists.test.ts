import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './support/test-server.ts';

/** LONG_LISTS=50000 prints what pages of so many users take. */
const COUNT = Number(process.env['LONG_LISTS'] ?? 1_000);
const IS_MEASURED = process.env['LONG_LISTS'] !== undefined;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { ROLE: 'panel' } });
  const em = server.container.orm.em.fork();
  // Many at the same moment, as an import makes them.
  const moment = `timestamptz '2026-01-01' + (n / 7) * interval '1 second'`;
  for (const statement of [
    `insert into aigcspace.users (id, email, name, password_hash, created_at)
       select 'usr_' || n, 'user' || n || '@example.com', 'User ' || n, '-', ${moment} from generate_series(1, ?::int) n`,
    `insert into aigcspace.organisations (id, name, kind) select 'org_' || n, 'X', 'personal' from generate_series(1, ?::int) n`,
    `insert into aigcspace.memberships (organisation_id, user_id, role)
       select 'org_' || n, 'usr_' || n, 'owner' from generate_series(1, ?::int) n`,
    `insert into aigcspace.accounts (id, organisation_id) select 'acc_' || n, 'org_' || n from generate_series(1, ?::int) n`,
  ]) {
    await em.execute(statement, [COUNT]);
  }
  await em.execute('analyze');
}, 120_000);
afterAll(() => server.close());

async function timed<T>(name: string, read: () => Promise<T>): Promise<T> {
  await read();
  const startedMs = performance.now();
  const answer = await read();
  const tookMs = performance.now() - startedMs;
  if (IS_MEASURED) process.stdout.write(`${name.padEnd(30)} ${tookMs.toFixed(0).padStart(5)} ms\n`);
  return answer;
}

type Page = { items: { id: string }[]; next_cursor: string | null };

test('pages of users name each of them once, newest first, and each page is bounded', async () => {
  const { list } = server.admin.client.adminUsers;
  expect((await timed('the first page', () => list.query())).items).toHaveLength(100);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Page = await list.query({ limit: 200, ...(cursor === null ? {} : { cursor }) });
    expect(page.items.length).toBeLessThanOrEqual(200);
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.next_cursor;
  } while (cursor !== null);
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toHaveLength(COUNT + 1);
  const { next_cursor: next } = await list.query({ limit: 200 });
  await timed('the next page', () => list.query({ cursor: next ?? '', limit: 200 }));
});

test('a search finds names and addresses, whatever signs it holds', async () => {
  const { list } = server.admin.client.adminUsers;
  const found = await timed('a search', () => list.query({ search: 'USER77@' }));
  expect(found.items.map(({ email }) => email)).toEqual(['user77@example.com']);
  expect((await list.query({ search: '%_' })).items).toEqual([]);
});

test('a cursor that is not of this list is refused', async () => {
  const cursor = Buffer.from('2026-01-01T00:00:00.000000Z a b').toString('base64url');
  await expect(server.admin.client.adminUsers.list.query({ cursor })).rejects.toMatchObject({
    data: { appCode: 'invalid_field', httpStatus: 400, param: 'cursor' },
  });
});
