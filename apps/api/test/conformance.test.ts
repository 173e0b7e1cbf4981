import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProbeEvent } from '@aigc/shared/schemas/conformance';
import type { Behaviour } from './support/scripted-upstream/behaviour.ts';
import type { RecordedRequest } from './support/scripted-upstream/recorded-request.ts';
import {
  startScriptedUpstream,
  type ScriptedUpstream,
} from './support/scripted-upstream/scripted-upstream.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

const COUNT = Array.from({ length: 600 }, (_, index) => index + 1).join(' ');
const REFUSAL: Behaviour = { fault: { kind: 'error', status: 400, message: 'this server has no tools' } };

/** Does everything that it is asked, but for those with `poor` in their name. */
function decide({ bodyText, body, model, stream }: RecordedRequest): Behaviour {
  const isPoor = model?.includes('poor') === true;
  const { messages } = body as { messages: unknown[] };
  if (model?.includes('closed') === true) return { fault: { kind: 'error', status: 401 } };
  if (messages.length === 0)
    return { fault: { kind: 'error', status: isPoor ? 500 : 400, message: 'empty' } };
  if (bodyText.includes('get_weather')) {
    if (isPoor) return REFUSAL;
    return { toolCalls: [{ id: 'c1', name: 'get_weather', arguments: '{"city":"Paris"}' }] };
  }
  if (bodyText.includes('json_schema')) {
    return { text: isPoor ? 'Tokyo, thirteen million' : '{"city":"Tokyo","residents":13960000}' };
  }
  if (bodyText.includes('image_url')) return { text: isPoor ? 'I see nothing.' : 'Red.' };
  if (bodyText.includes('BANANA')) return { text: isPoor ? 'Four.' : 'BANANA' };
  if (bodyText.includes('code word')) return { text: isPoor ? 'I do not know.' : 'KIWI-7' };
  if (bodyText.includes('"stop":["7"]')) return { text: isPoor ? '1 2 3 4 5 6 7 8 9' : '1 2 3 4 5 6 ' };
  if (bodyText.includes('from 1 to 600'))
    return { text: isPoor ? '1 2 3 … 600' : COUNT, dripMs: isPoor ? 0 : 1 };
  if (stream) return { text: '1 2 3 4 5', usage: isPoor ? null : { promptTokens: 9, completionTokens: 9 } };
  return { text: 'pong' };
}

let server: TestServer;
let upstream: ScriptedUpstream;
let providerId: number;
beforeAll(async () => {
  server = await startTestServer();
  upstream = await startScriptedUpstream({ decide });
  const provider = await server.admin.client.adminProviders.create.mutate({
    name: 'Probed',
    base_url: upstream.baseUrl,
    api_key: 'sk-probed-0123456789',
  });
  providerId = provider.id;
});
afterAll(async () => {
  await server.close();
  await upstream.close();
});

const addModel = (title: string) =>
  server.admin.client.adminModels.create.mutate({
    title,
    provider_id: providerId,
    input_price: '1',
    output_price: '1',
    is_api_enabled: true,
  });

async function probe(id: number, client = server.admin.client): Promise<ProbeEvent[]> {
  const events: ProbeEvent[] = [];
  for await (const event of await client.models.probe.mutate({ id })) events.push(event);
  return events;
}

function verdicts(events: ProbeEvent[]): Record<string, string> {
  const last = events.at(-1);
  const results = last?.type === 'result' ? last.conformance.results : [];
  return Object.fromEntries(results.map((result) => [result.probe, result.verdict]));
}

test('a model that does everything is found to, step by step, and the plaza keeps it; nobody is charged', async () => {
  const { id } = await addModel('rich-model');
  const events = await probe(id);
  expect(events[0]).toEqual({ type: 'start', probe: 'unary' });
  expect(events.filter(({ type }) => type === 'found')).toHaveLength(12);
  expect([...new Set(Object.values(verdicts(events)))]).toEqual(['yes']);
  const plaza = await server.admin.client.models.get.query({ id });
  expect(plaza.conformance?.results).toHaveLength(12);
  expect(Date.parse(plaza.conformance?.tested_at ?? '')).toBeGreaterThan(Date.now() - 60_000);
  expect((await server.admin.client.logs.list.query({ scope: 'all' })).items).toEqual([]);
  const audit = await server.container.orm.em
    .fork()
    .execute("select after from aigcspace.audit_log where action = 'model.probe'");
  expect(JSON.stringify(audit)).toContain('"tools":"yes"');
  expect(JSON.stringify(audit)).not.toContain('sk-probed');
});

test('what a model does not do is shown as that, with what it did instead', async () => {
  const { id } = await addModel('poor-model');
  const events = await probe(id);
  const { unary, stream, abort, ...rest } = verdicts(events);
  expect({ unary, stream }).toEqual({ unary: 'yes', stream: 'yes' });
  expect(abort).toBeDefined();
  expect([...new Set(Object.values(rest))]).toEqual(['no']);
  const tools = events.find((event) => event.type === 'found' && event.result.probe === 'tools');
  expect(tools).toMatchObject({ result: { verdict: 'no', note: expect.stringContaining('no tools') } });
});

test('of a model that cannot be called nothing is said, and it is not called again and again', async () => {
  const { id } = await addModel('closed-model');
  const before = upstream.requests.length;
  const found = verdicts(await probe(id));
  expect(found['unary']).toBe('failed');
  expect(new Set(Object.values(found))).toEqual(new Set(['failed', 'skipped']));
  expect(upstream.requests.length - before).toBe(1);
});

test('some probes can be asked again alone, and the others keep what they found', async () => {
  const [model] = (await server.admin.client.adminModels.list.query()).items.filter(
    ({ title }) => title === 'poor-model',
  );
  const id = model?.id ?? 0;
  await server.admin.client.models.probe.mutate({ id, probes: ['unary'] }).then(async (events) => {
    for await (const event of events) if (event.type === 'result') break;
  });
  const { conformance } = await server.admin.client.models.get.query({ id });
  expect(conformance?.results).toHaveLength(12);
});

test('an owner probes their local model; a user may not probe a cloud model', async () => {
  const user = await server.createUser();
  const local = await user.client.localModels.create.mutate({ name: 'my-rich', base_url: upstream.baseUrl });
  expect(verdicts(await probe(local.id, user.client))['tools']).toBe('yes');
  const [cloud] = (await server.admin.client.adminModels.list.query()).items;
  await expect(probe(cloud?.id ?? 0, user.client)).rejects.toMatchObject({ data: { appCode: 'forbidden' } });
  await expect(probe(local.id, (await server.createUser()).client)).rejects.toMatchObject({
    data: { appCode: 'not_found' },
  });
});
