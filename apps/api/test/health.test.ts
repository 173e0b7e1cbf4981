import { afterAll, beforeAll, expect, test } from 'vitest';
import { FINDINGS } from '@aigc/shared/findings/findings';
import type { CheckEvent, HealthStatus } from '@aigc/shared/schemas/health';
import { callLogger } from './support/logged-calls.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

const NAMES =
  'processes snapshot drain upstreams node database disk-space jobs data-directory secret-keys limits migrations clock administrator stored-secrets holds log-storage call-bodies models providers outbound failures latency journals plugins'.split(
    ' ',
  );

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const run = (sql: string): Promise<unknown> => server.container.orm.em.fork().execute(sql);

async function check(kind: 'books' | 'providers'): Promise<CheckEvent[]> {
  const events: CheckEvent[] = [];
  for await (const event of await server.admin.client.adminHealth.check.mutate({ kind })) events.push(event);
  return events;
}

test('books that do not add up are found when asked, check by check', async () => {
  const whole = await check('books');
  expect(whole[0]).toEqual({
    type: 'start',
    names: ['balances', 'holds', 'leases', 'call-log', 'bills', 'redeem-codes'],
  });
  expect(whole.at(-1)).toMatchObject({ type: 'result', ok: true });
  await run(
    'update aigcspace.accounts set balance = balance + 1 where balance = 0 and id = (select max(id) from aigcspace.accounts)',
  );
  const broken = await check('books');
  expect(broken.find((event) => event.type === 'checked' && event.name === 'balances')).toMatchObject({
    findings: [{ status: 'fail', code: 'balances.wrong', params: { found: '1', expected: '0' } }],
  });
  expect(broken.at(-1)).toMatchObject({ type: 'result', ok: false });
  await run(
    'update aigcspace.accounts set balance = balance - 1 where id = (select max(id) from aigcspace.accounts)',
  );
});

test('a healthy installation says so of every part, with figures', async () => {
  const log = await callLogger(server.container, server.admin.id);
  await log({ model: 'm', bill: '0' });
  const status = await server.admin.client.adminHealth.status.query();
  expect(status.findings.filter(({ status: state }) => state === 'fail' || state === 'skip')).toEqual([]);
  expect(new Set(status.findings.map(({ name }) => name))).toEqual(new Set(NAMES));
  // The panel has its own sentences by these codes.
  for (const { code } of status.findings) expect(FINDINGS).toHaveProperty([code]);
  expect(status).toMatchObject({
    processes: [{ worker: '1', is_draining: false, running_calls: 0 }],
    database: { is_up: true, is_embedded: false },
    upstreams: [{ provider: 'Some provider', calls: 1, failed: 0, breaker: 'closed' }],
    settlement: { mode: 'journal', quarantined: 0 },
  });
  expect(status.disk.free_bytes).toBeGreaterThan(0);
  expect(status.jobs.length).toBeGreaterThan(3);
  expect(status.log.months.length).toBeGreaterThan(0);
});

/** Opens a subscription as a browser does. */
const listen = (cookie: string, path = 'adminHealth.onStatus') =>
  fetch(`${server.origin}/trpc/${path}`, {
    headers: { cookie, accept: 'text/event-stream' },
    signal: AbortSignal.timeout(20_000),
  });

test('whoever listens is told again and again', async () => {
  const response = await listen(server.admin.cookie);
  const seen: HealthStatus[] = [];
  let text = '';
  for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part;
    seen.length = 0;
    for (const [, json = ''] of text.matchAll(/^data: (\{"at".*\})$/gm))
      seen.push(JSON.parse(json) as HealthStatus);
    if (seen.length === 2) break;
  }
  expect(seen[1]?.at).not.toBe(seen[0]?.at);
});

test.each([
  [
    'is demoted',
    (id: string) => server.admin.client.adminUsers.update.mutate({ id, role: 'user' }),
    'forbidden',
  ],
  [
    'is signed out',
    (id: string) => server.admin.client.adminUsers.endSessions.mutate({ id }),
    'unauthenticated',
  ],
])('an administrator who %s hears nothing any more', async (_, change, refusal) => {
  const other = await server.createUser({ role: 'admin' });
  const everyonesCalls = 'logs.onCall?input=' + encodeURIComponent('{"scope":"all"}');
  const heard = await Promise.all([listen(other.cookie), listen(other.cookie, everyonesCalls)]);
  const own = await listen(server.admin.cookie);
  await change(other.id);
  // They end, without the word that tells a browser not to ask again.
  for (const answer of heard) expect(await answer.text()).not.toContain('event: return');
  expect(await firstEvent(await listen(other.cookie))).toContain(`"appCode":"${refusal}"`);
  expect(await firstEvent(own)).toContain('event: connected');
});

async function firstEvent({ body }: Response): Promise<string> {
  for await (const part of body ?? []) return Buffer.from(part).toString();
  return '';
}
