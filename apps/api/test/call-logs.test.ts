import type { CallEvent, CallLog } from '@aigc/shared/schemas/logs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureOf } from './support/failure.ts';
import { callLogger } from './support/logged-calls.ts';
import { restClient } from './support/rest-client.ts';
import { startTestServer, type Client, type TestServer, type TestUser } from './support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

type Filter = Parameters<Client['logs']['list']['query']>[0];

async function allPages(user: TestUser, filter: Filter): Promise<CallLog[]> {
  const items: CallLog[] = [];
  let cursor: string | undefined;
  do {
    const page = await user.client.logs.list.query({
      ...filter,
      ...(cursor === undefined ? {} : { cursor }),
    });
    items.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

test('pages hold every call once, newest first, also when many have the same time', async () => {
  const user = await server.createUser();
  const log = await callLogger(server.container, user.id);
  const times = ['2026-11-20T10:00:00.000Z', '2026-11-20T10:00:00.001Z'];
  const ids: string[] = [];
  for (let count = 0; count < 23; count += 1) {
    const { id } = await log({ createdAt: times[count % 2] ?? '' });
    ids.push(id);
  }
  // Some within the same millisecond, told apart only by what JavaScript's dates cannot hold.
  await server.container.orm.em
    .fork()
    .execute(
      "update aigcspace.api_call_log set created_at = created_at + interval '7 microseconds' where id = any(?::bigint[])",
      [`{${ids.slice(0, 9).join(',')}}`],
    );
  for (const limit of [1, 4, 5, 23, 200]) {
    const items = await allPages(user, { limit });
    expect(items).toHaveLength(ids.length);
    expect(new Set(items.map(({ id }) => id))).toEqual(new Set(ids));
    const sorted = items.toSorted(
      (a, b) => b.created_at.localeCompare(a.created_at) || Number(BigInt(b.id) - BigInt(a.id)),
    );
    expect(items.map(({ created_at }) => created_at)).toEqual(sorted.map(({ created_at }) => created_at));
  }
});

test('new calls do not shift the pages that follow', async () => {
  const user = await server.createUser();
  const log = await callLogger(server.container, user.id);
  for (let count = 0; count < 4; count += 1) await log({ createdAt: `2026-11-20T10:00:0${count}Z` });
  const first = await user.client.logs.list.query({ limit: 2 });
  await log({ createdAt: '2026-11-20T11:00:00Z' });
  const second = await user.client.logs.list.query({ limit: 2, cursor: first.next_cursor ?? '' });
  expect(second.next_cursor).toBeNull();
  const seconds = [...first.items, ...second.items].map(({ created_at }) => created_at.slice(17, 19));
  expect(seconds).toEqual(['03', '02', '01', '00']);
});

test('every filter finds what it says and nothing else', async () => {
  const user = await server.createUser();
  const { id: apiKeyId } = await user.client.keys.create.mutate({ name: 'filtered' });
  const log = await callLogger(server.container, user.id);
  const wanted = await log({
    createdAt: '2026-11-20T10:00:00Z',
    model: 'wanted',
    apiKeyId,
    isLocal: true,
    errorCode: 'upstream_timeout',
    errorMessage: 'too slow',
  });
  await log({ createdAt: '2026-11-20T12:00:00Z', model: 'other' });
  await log({ createdAt: '2026-11-20T08:00:00Z', model: 'other' });
  const filters: Filter[] = [
    { from: '2026-11-20T09:00:00Z', to: '2026-11-20T11:00:00Z' },
    { from: '2026-11-20T18:00:00+08:00', to: '2026-11-20T10:00:00.001Z' },
    { model: 'wanted' },
    { api_key_id: apiKeyId },
    { status: 'failed' },
    { is_local: true },
    { request_id: wanted.requestId },
    { error_code: 'upstream_timeout' },
  ];
  for (const filter of filters) {
    const { items } = await user.client.logs.list.query(filter);
    expect([filter, items.map(({ id }) => id)]).toEqual([filter, [wanted.id]]);
  }
  const { items } = await user.client.logs.list.query({ model: 'wanted' });
  expect(items[0]).toMatchObject({
    user_email: user.email,
    api_key_name: 'filtered',
    model_name: 'wanted',
    status: 'failed',
    error_code: 'upstream_timeout',
    error_message: 'too slow',
    source: 'api',
    is_local: true,
  });
  expect((await user.client.logs.list.query({ is_local: false })).items).toHaveLength(2);
  expect((await user.client.logs.list.query({ to: '2026-11-20T10:00:00Z' })).items).toHaveLength(1);
});

test.each<[Filter | Record<string, unknown>, string]>([
  [{ cursor: 'nonsense' }, 'cursor'],
  [{ cursor: Buffer.from('2026-99-99T00:00:00.000000Z 1').toString('base64url') }, 'cursor'],
  [
    { cursor: Buffer.from('2026-11-20T00:00:00.000000Z 9999999999999999999').toString('base64url') },
    'cursor',
  ],
  [{ cursor: '' }, 'cursor'],
  [{ limit: 0 }, 'limit'],
  [{ limit: 201 }, 'limit'],
  [{ from: 'yesterday' }, 'from'],
  [{ from: '2026-11-20' }, 'from'],
  [{ model: 'a\0b' }, 'model'],
  [{ api_key_id: '1' }, 'api_key_id'],
  [{ status: 'maybe' }, 'status'],
  [{ scope: 'yours' }, 'scope'],
])('a filter of %j is refused beside its field', async (filter, param) => {
  const failure = await failureOf(server.admin.client.logs.list.query(filter));
  expect(failure).toMatchObject({ httpStatus: 400, appCode: 'invalid_field', param });
});

test('years that a database cannot hold find what they mean', async () => {
  const user = await server.createUser();
  const log = await callLogger(server.container, user.id);
  await log();
  const { items } = await user.client.logs.list.query({
    from: '0000-01-01T00:00:00Z',
    to: '9999-12-31T23:59:59Z',
  });
  expect(items).toHaveLength(1);
});

test('everybody’s calls are for administrators', async () => {
  const user = await server.createUser();
  const { id } = await (await callLogger(server.container, user.id))({ model: 'seen-by-admin' });
  const all = { scope: 'all', model: 'seen-by-admin' } as const;
  expect((await server.admin.client.logs.list.query(all)).items).toMatchObject([
    { id, user_email: user.email },
  ]);
  expect((await server.admin.client.logs.list.query({ model: 'seen-by-admin' })).items).toEqual([]);
  expect((await server.admin.client.logs.get.query({ id })).id).toBe(id);
  const stranger = await server.createUser();
  const forbidden = { httpStatus: 403, appCode: 'forbidden' };
  expect(await failureOf(stranger.client.logs.list.query(all))).toMatchObject(forbidden);
  expect(await failureOf(stranger.client.logs.facets.query({ scope: 'all' }))).toMatchObject(forbidden);
  expect(await failureOf(stranger.client.logs.get.query({ id }))).toMatchObject({ httpStatus: 404 });
});

test('a call shows its prices and ledger entries, from which its bill recomputes', async () => {
  const user = await server.createUser();
  await server.admin.client.adminBilling.topUp.mutate({ user_id: user.id, amount: '1' });
  const log = await callLogger(server.container, user.id);
  const { id, requestId } = await log({ bill: '0.00002', tokens: { inputTokens: 10, outputTokens: 5 } });
  expect(await user.client.logs.get.query({ id })).toMatchObject({
    request_id: requestId,
    input_price: '1',
    output_price: '2',
    bill: '0.00002',
    currency: 'CNY',
    ledger: [{ kind: 'usage', amount: '-0.00002' }],
  });
});

test.each(['0', 'abc', '99999999999999999999', '9223372036854775808', '9223372036854775807'])(
  'an id of %s is no call, and no error of ours',
  async (id) => {
    const { httpStatus } = await failureOf(server.admin.client.logs.get.query({ id }));
    expect([400, 404]).toContain(httpStatus);
  },
);

test('facets name the models and keys that occur, and no others', async () => {
  const user = await server.createUser();
  const used = await user.client.keys.create.mutate({ name: 'used' });
  await user.client.keys.create.mutate({ name: 'unused' });
  const log = await callLogger(server.container, user.id);
  await log({ model: 'b', apiKeyId: used.id });
  await log({ model: 'a' });
  // Refused before its model was known.
  await log({ model: '', errorCode: 'ip_not_allowed' });
  expect(await user.client.logs.facets.query({})).toEqual({
    models: ['a', 'b'],
    keys: [{ id: used.id, name: 'used' }],
  });
});

test('calls stay in the log when their key and user’s model are gone', async () => {
  const user = await server.createUser();
  const key = await user.client.keys.create.mutate({ name: 'short-lived' });
  const { id } = await (await callLogger(server.container, user.id))({ apiKeyId: key.id });
  await user.client.keys.delete.mutate({ id: key.id });
  expect(await user.client.logs.get.query({ id })).toMatchObject({ api_key_id: null, api_key_name: null });
});

/** A listener on the log tail, as a browser's EventSource is one. */
async function listen(
  user: TestUser,
  input: { api_key_id?: number; lastEventId?: string; scope?: 'mine' | 'all' } = {},
) {
  const leave = new AbortController();
  const query = new URLSearchParams({ input: JSON.stringify(input) });
  const response = await fetch(`${server.origin}/trpc/logs.onCall?${query.toString()}`, {
    headers: { accept: 'text/event-stream', cookie: user.cookie },
    signal: leave.signal,
  });
  const heard: CallEvent[] = [];
  async function read(): Promise<void> {
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const events = (text + chunk).split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1];
        if (/^id: /m.test(event) && data !== undefined) heard.push(JSON.parse(data) as CallEvent);
      }
    }
  }
  const reading = read().catch(() => {});
  return {
    heard,
    async stop() {
      leave.abort();
      await reading;
    },
  };
}

test('a listener hears its own calls as they are settled, and only those of its key', async () => {
  const user = await server.createUser();
  const key = await user.client.keys.create.mutate({ name: 'heard' });
  const own = await callLogger(server.container, user.id);
  const others = await callLogger(server.container, server.admin.id);
  const all = await listen(user);
  const ofKey = await listen(user, { api_key_id: key.id });
  // The announcement travels through PostgreSQL, which hears LISTEN a moment later.
  await expect
    .poll(async () => {
      if (all.heard.length === 0) await own({ model: 'probe' });
      return all.heard.length;
    })
    .toBeGreaterThan(0);
  await others();
  const { id, requestId } = await own({ apiKeyId: key.id, model: 'with-key' });
  await expect
    .poll(() => ofKey.heard)
    .toEqual([{ id, request_id: requestId, api_key_id: key.id, model_name: 'with-key', status: 'success' }]);
  await expect.poll(() => all.heard.at(-1)?.id, { timeout: 10_000 }).toBe(id);
  expect(new Set(all.heard.map(({ model_name }) => model_name))).toEqual(new Set(['probe', 'with-key']));
  await Promise.all([all.stop(), ofKey.stop()]);
});

test('an announcement in another form, as a newer version may make it, is passed over', async () => {
  const user = await server.createUser();
  const log = await callLogger(server.container, user.id);
  const before = await log();
  const listener = await listen(user, { lastEventId: before.id });
  const em = server.container.orm.em.fork();
  for (const payload of ['no JSON', '{"id":"1"}']) {
    await em.execute("select pg_notify('aigc_calls', ?)", [payload]);
  }
  const { id } = await log();
  await expect.poll(() => listener.heard.map((call) => call.id), { timeout: 10_000 }).toEqual([id]);
  await listener.stop();
});

test('administrators may hear everyone’s calls, users only their own', async () => {
  const user = await server.createUser();
  const log = await callLogger(server.container, user.id);
  const before = await log({ model: 'before' });
  const everyone = await listen(server.admin, { scope: 'all', lastEventId: before.id });
  const { id } = await log({ model: 'of-a-user' });
  await expect.poll(() => everyone.heard.map((call) => call.id), { timeout: 10_000 }).toContain(id);
  const refused = await listen(user, { scope: 'all' });
  await log();
  await refused.stop();
  expect(refused.heard).toEqual([]);
  await everyone.stop();
});

test('a listener that comes back hears what it missed, once and in order', async () => {
  const user = await server.createUser();
  const log = await callLogger(server.container, user.id);
  const before = await log();
  const missed = [await log(), await log(), await log()];
  const back = await listen(user, { lastEventId: before.id });
  await expect
    .poll(() => back.heard.map(({ id }) => id), { timeout: 10_000 })
    .toEqual(missed.map(({ id }) => id));
  const next = await log();
  await expect.poll(() => back.heard.at(-1)?.id, { timeout: 10_000 }).toBe(next.id);
  expect(back.heard).toHaveLength(4);
  await back.stop();
});

test('the CSV export holds every call that the filter finds, in the viewer’s zone', async () => {
  const user = await server.createUser();
  const log = await callLogger(server.container, user.id);
  const first = await log({ createdAt: '2026-11-20T17:30:00.250Z', model: 'exported' });
  const second = await log({
    createdAt: '2026-11-20T18:30:00.000Z',
    model: 'exported',
    errorCode: 'server_error',
  });
  await log({ model: 'left-out' });
  const answer = await fetch(
    `${server.origin}/api/platform/call-logs.csv?model=exported&time_zone=Asia/Shanghai`,
    { headers: { cookie: user.cookie } },
  );
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(answer.headers.get('content-disposition')).toMatch(
    /^attachment; filename="call-logs-\d{8}-\d{4}\.csv"$/,
  );
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  const lines = bytes.subarray(3).toString().split('\r\n');
  expect(lines[0]).toMatch(/^time,request_id,status,http_status,model,/);
  expect(lines[1]).toMatch(new RegExp(`^2026-11-21T02:30:00.000\\+08:00,${second.requestId},failed,`));
  expect(lines[2]).toMatch(new RegExp(`^2026-11-21T01:30:00.250\\+08:00,${first.requestId},success,`));
  expect(lines.slice(3)).toEqual(['']);
});

test('the CSV export reads a long log in batches, every row once', async () => {
  const user = await server.createUser();
  await (
    await callLogger(server.container, user.id)
  )();
  await server.container.orm.em.fork().execute(
    `insert into aigcspace.api_call_log (request_id, user_id, organisation_id, project_id, model_name, endpoint,
       source, status, http_status, created_at)
     select request_id || '-' || n, user_id, organisation_id, project_id, model_name, endpoint, source, status,
       http_status, date_trunc('second', created_at) - (n / 500) * interval '1 second'
     from aigcspace.api_call_log, generate_series(1, 3456) n where user_id = ?`,
    [user.id],
  );
  const { text } = await restClient(server, { cookie: user.cookie })('GET', '/api/platform/call-logs.csv');
  const ids = text
    .trim()
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(',')[1]);
  expect(ids).toHaveLength(3457);
  expect(new Set(ids).size).toBe(3457);
});

test('the export says about how many calls come, also as lines of JSON, and HEAD says only that', async () => {
  const user = await server.createUser();
  const log = await callLogger(server.container, user.id);
  for (const model of ['counted', 'counted', 'other']) await log({ model });
  await log({ model: 'counted', errorCode: 'upstream_timeout' });
  const estimate = async (query: string, method = 'HEAD') => {
    const answer = await fetch(`${server.origin}/api/platform/call-logs.ndjson?${query}`, {
      method,
      headers: { cookie: user.cookie },
    });
    return { rows: answer.headers.get('x-estimated-rows'), text: await answer.text() };
  };
  expect(await estimate('')).toEqual({ rows: '4', text: '' });
  expect((await estimate('model=counted&status=failed')).rows).toBe('1');
  expect((await estimate('model=counted&status=success')).rows).toBe('2');
  expect((await estimate('to=2020-01-01T00:00:00Z')).rows).toBe('0');
  expect((await estimate('error_code=upstream_timeout')).rows).toBeNull();
  const { rows, text } = await estimate('model=counted', 'GET');
  const lines = text.trimEnd().split('\n');
  expect(rows).toBe(String(lines.length));
  const calls = lines.map((line) => JSON.parse(line) as CallLog);
  expect(calls.map(({ model_name: model, status }) => [model, status])).toEqual([
    ['counted', 'failed'],
    ['counted', 'success'],
    ['counted', 'success'],
  ]);
});

test('an export that breaks off in the middle does not end like a whole one', async () => {
  const user = await server.createUser();
  const log = await callLogger(server.container, user.id);
  await log();
  const em = server.container.orm.em.fork();
  await em.execute(
    `insert into aigcspace.api_call_log (request_id, user_id, organisation_id, project_id, model_name, endpoint,
       source, status, http_status, error_message, created_at)
     select request_id || '-' || n, user_id, organisation_id, project_id, model_name, endpoint, source, status,
       http_status, repeat('x', 2000), created_at - n * interval '1 second'
     from aigcspace.api_call_log, generate_series(1, 12000) n where user_id = ?`,
    [user.id],
  );
  const answer = await fetch(`${server.origin}/api/platform/call-logs.ndjson`, {
    headers: { cookie: user.cookie },
  });
  expect(answer.headers.get('x-estimated-rows')).toBe('1');
  const reader = answer.body?.getReader();
  await reader?.read();
  // Who reads slowly is waited for: the rest has not been read from the database yet when it fails.
  await em.execute('alter table aigcspace.api_call_log rename to gone');
  try {
    await expect(drain(reader)).rejects.toThrow();
  } finally {
    await em.execute('alter table aigcspace.gone rename to api_call_log');
  }
});

async function drain(reader: ReadableStreamDefaultReader | undefined): Promise<void> {
  while ((await reader?.read())?.done === false);
}

test('the CSV export neutralises names that a spreadsheet would run', async () => {
  const user = await server.createUser();
  const key = await user.client.keys.create.mutate({ name: '=HYPERLINK("http://evil")' });
  const log = await callLogger(server.container, user.id);
  for (const model of ['=cmd|calc', '+1', '-1', '@SUM(A1)']) await log({ model, apiKeyId: key.id });
  const { text } = await restClient(server, { cookie: user.cookie })('GET', '/api/platform/call-logs.csv');
  for (const model of ['=cmd|calc', '+1', '-1', '@SUM(A1)']) expect(text).toContain(`,'${model},`);
  expect(text).toContain(`,"'=HYPERLINK(""http://evil"")",`);
});

test('the CSV export refuses what the log refuses, before a file begins', async () => {
  const user = await server.createUser();
  const path = '/api/platform/call-logs.csv';
  expect((await restClient(server)('GET', path)).json.error?.code).toBe('unauthenticated');
  const asUser = restClient(server, { cookie: user.cookie });
  expect(await asUser('GET', `${path}?scope=all`)).toMatchObject({
    status: 403,
    json: { error: { code: 'forbidden' } },
  });
  for (const [query, param] of [
    ['time_zone=Mars/Olympus', 'time_zone'],
    ['from=yesterday', 'from'],
    ['is_local=perhaps', 'is_local'],
  ]) {
    expect(await asUser('GET', `${path}?${query}`)).toMatchObject({
      status: 400,
      json: { error: { code: 'invalid_field', param } },
    });
  }
  expect((await asUser('POST', path, { body: {} })).status).toBe(405);
});
