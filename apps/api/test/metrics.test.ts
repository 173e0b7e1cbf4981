import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { METRICS, type MetricDefinition } from '../src/metrics/catalogue.ts';
import { labelsOf } from '../src/metrics/merge-reports.ts';
import { parseExposition, samplesOf, totalOf, type ExposedMetric } from './support/parse-exposition.ts';
import { startGatewayWorld, type GatewayWorld } from './support/gateway-world.ts';

type Exposed = Map<string, ExposedMetric>;

const definitions: [string, MetricDefinition][] = Object.entries(METRICS);
const hello = { model: 'cloud', messages: [{ role: 'user', content: 'hello' }] };

let world: GatewayWorld;

async function read(): Promise<Exposed> {
  const answer = await fetch(`${world.origin}/metrics`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return parseExposition(await answer.text());
}

/** By how much a sum grew. */
function growth(before: Exposed, after: Exposed): (name: string, labels?: Record<string, string>) => number {
  return (name, labels) => totalOf(after, name, labels) - totalOf(before, name, labels);
}

async function streamed(body: object): Promise<string> {
  const answer = await world.raw('/v1/chat/completions', { ...body, stream: true });
  return answer.text();
}

/** With a `Host` of its own, which `fetch` does not send. */
function statusFor(headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${world.origin}/metrics`, { headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    request.once('error', reject).end();
  });
}

describe('calls', () => {
  beforeAll(async () => {
    world = await startGatewayWorld();
    await world.topUp('100');
  });
  afterAll(() => world.close());
  beforeEach(() => world.upstream.reset());

  test('every metric is described, and its lines have the labels that it names', async () => {
    await world.post('/v1/chat/completions', hello);
    await streamed(hello);
    await world.post('/v1/chat/completions', { ...hello, model: 'nobody-has-this' });
    const exposed = await read();
    expect([...exposed.keys()]).toEqual(definitions.map(([name]) => name));
    for (const [name, definition] of definitions) {
      const metric = exposed.get(name);
      expect(metric).toMatchObject({ type: definition.type, help: definition.help });
      const labels = new Set(metric?.samples.map((sample) => Object.keys(sample.labels).join(',')));
      const plain = labelsOf(definition).join(',');
      const expected = definition.type === 'histogram' ? [plain, `${plain},le`] : [plain];
      expect(expected).toEqual(expect.arrayContaining([...labels]));
    }
  });

  test('a whole answer is counted with its tokens, its bill and its duration', async () => {
    const before = await read();
    const { json } = await world.post('/v1/chat/completions', hello);
    const row = await world.lastCall();
    const usage = json.usage as { prompt_tokens: number; completion_tokens: number };
    const grown = growth(before, await read());
    const labels = { model: 'cloud', provider: 'Scripted' };
    expect(grown('aigc_calls_total', { ...labels, status: 'success', code: '' })).toBe(1);
    expect(grown('aigc_calls_total')).toBe(1);
    expect(grown('aigc_tokens_total', { ...labels, kind: 'input' })).toBe(usage.prompt_tokens);
    expect(grown('aigc_tokens_total', { ...labels, kind: 'output' })).toBe(usage.completion_tokens);
    expect(grown('aigc_cost_total', labels)).toBeCloseTo(Number(row?.bill), 9);
    expect(grown('aigc_call_duration_seconds_count', labels)).toBe(1);
    expect(grown('aigc_time_to_first_token_seconds_count')).toBe(0);
  });

  test('the cost is the exact sum of the bills', async () => {
    await streamed(hello);
    const exposed = await read();
    await world.lastCall();
    const [bills] = await world.query<{ sum: string }>(
      "select trim_scale(sum(bill))::text as sum from aigcspace.api_call_log where model_name = 'cloud'",
    );
    expect(samplesOf(exposed, 'aigc_cost_total', { model: 'cloud' })[0]?.text).toBe(bills?.sum);
  });

  test('a stream is counted with the time to its first token', async () => {
    const before = await read();
    expect(await streamed(hello)).toContain('[DONE]');
    const grown = growth(before, await read());
    expect(grown('aigc_calls_total', { model: 'cloud', status: 'success' })).toBe(1);
    expect(grown('aigc_time_to_first_token_seconds_count', { model: 'cloud' })).toBe(1);
    expect(grown('aigc_call_duration_seconds_count', { model: 'cloud' })).toBe(1);
  });

  test('a failed call is counted under its code, and why its upstream failed', async () => {
    world.upstream.next({ fault: { kind: 'error', status: 500, message: 'broken' } });
    const before = await read();
    await world.post('/v1/chat/completions', hello);
    const grown = growth(before, await read());
    expect(grown('aigc_calls_total', { status: 'failed', code: 'upstream_bad_response' })).toBe(1);
    expect(grown('aigc_calls_total')).toBe(1);
    expect(grown('aigc_refused_requests_total')).toBe(0);
    await world.addCloudModel({ title: 'nobody listens', baseUrl: 'http://127.0.0.1:1/v1' });
    const later = await read();
    await world.post('/v1/chat/completions', { ...hello, model: 'nobody listens' });
    const failed = growth(later, await read());
    // What may pass in a moment is tried three times.
    expect(failed('aigc_outbound_failures_total', { reason: 'refused', trust: 'operator' })).toBe(3);
    const attempts = { upstream_model: 'upstream-nobody listens', error: 'upstream_unreachable' };
    expect(failed('aigc_upstream_attempts_total', attempts)).toBe(3);
    expect(failed('aigc_upstream_breaker_state', { upstream_model: attempts.upstream_model })).toBe(0);
    expect(failed('aigc_calls_total', { model: 'nobody listens', code: 'upstream_unreachable' })).toBe(1);
  });

  test('refusals are counted by code and by the limit that had no room, without the titles asked for', async () => {
    const before = await read();
    await world.post('/v1/chat/completions', { ...hello, model: 'invented-title' });
    await world.post('/v1/chat/completions', hello, { authorization: 'Bearer sk-aigc-wrong' });
    const poor = await world.createUser();
    const asPoor = { authorization: `Bearer ${poor.key}` };
    await world.post('/v1/chat/completions', { ...hello, max_tokens: 4000 }, asPoor);
    await world.query("update aigcspace.models set rpm_limit = 1 where title = 'nobody listens'");
    await world.refresh();
    await world.post('/v1/chat/completions', { ...hello, model: 'nobody listens' });
    await world.post('/v1/chat/completions', { ...hello, model: 'nobody listens' });
    const text = await (await fetch(`${world.origin}/metrics`)).text();
    const grown = growth(before, parseExposition(text));
    expect(grown('aigc_refused_requests_total', { code: 'model_not_found' })).toBe(1);
    expect(grown('aigc_refused_requests_total', { code: 'invalid_api_key' })).toBe(1);
    expect(grown('aigc_refused_requests_total', { code: 'insufficient_quota' })).toBe(1);
    expect(grown('aigc_refused_requests_total', { code: 'rate_limit_exceeded' })).toBe(1);
    expect(grown('aigc_limit_refusals_total', { limit: 'balance', subject: 'account' })).toBe(1);
    expect(grown('aigc_limit_refusals_total', { limit: 'requests', subject: 'model' })).toBe(1);
    expect(text).not.toContain('invented-title');
  });

  test('local models are one model, and their titles are not shown', async () => {
    await world.addLocalModel({ title: 'my private model', userId: world.userId });
    const before = await read();
    await world.post('/v1/chat/completions', { ...hello, model: 'my private model' });
    await world.post('/v1/chat/completions', { ...hello, model: 'local' });
    const text = await (await fetch(`${world.origin}/metrics`)).text();
    const grown = growth(before, parseExposition(text));
    expect(grown('aigc_calls_total', { model: 'local', provider: 'local', status: 'success' })).toBe(2);
    expect(text).not.toContain('my private model');
  });

  test('a title may hold any character', async () => {
    const title = 'odd "title" \\n {x} 通义';
    await world.addCloudModel({ title });
    await world.post('/v1/chat/completions', { ...hello, model: title });
    expect(totalOf(await read(), 'aigc_calls_total', { model: title })).toBe(1);
  });

  test('buckets are cumulative, and the last one holds all that was counted', async () => {
    await world.post('/v1/chat/completions', hello);
    const exposed = await read();
    for (const name of ['aigc_call_duration_seconds', 'aigc_time_to_first_token_seconds']) {
      const counts = samplesOf(exposed, `${name}_bucket`, { model: 'cloud' });
      const values = counts.map(({ value }) => value);
      expect(values).toEqual(values.toSorted((a, b) => a - b));
      expect(counts.at(-1)?.labels.le).toBe('+Inf');
      expect(values.at(-1)).toBe(totalOf(exposed, `${name}_count`, { model: 'cloud' }));
      const bounds = counts.map(({ labels }) => Number(labels.le?.replace('+Inf', 'Infinity')));
      expect(bounds).toEqual(bounds.toSorted((a, b) => a - b));
    }
  });

  test('a call counts as running until it is over', async () => {
    world.upstream.next({ fault: { kind: 'hang_before_headers' } });
    const leave = new AbortController();
    const call = world.raw('/v1/chat/completions', hello, { signal: leave.signal }).catch(() => undefined);
    await world.upstream.waitFor({ requests: 1 });
    expect(totalOf(await read(), 'aigc_running_calls')).toBe(1);
    leave.abort();
    await call;
    await expect.poll(async () => totalOf(await read(), 'aigc_running_calls'), { timeout: 10_000 }).toBe(0);
    expect(totalOf(await read(), 'aigc_calls_total', { code: 'client_closed' })).toBe(1);
  });

  test('process, books and database tell of themselves', async () => {
    await world.callCount();
    const exposed = await read();
    for (const name of [
      'aigc_process_resident_memory_bytes',
      'aigc_process_heap_used_bytes',
      'aigc_process_cpu_seconds_total',
      'aigc_process_start_time_seconds',
      'aigc_database_answer_seconds',
    ]) {
      expect(totalOf(exposed, name)).toBeGreaterThan(0);
    }
    expect(totalOf(exposed, 'aigc_database_up')).toBe(1);
    expect(totalOf(exposed, 'aigc_journal_accepts_calls')).toBe(1);
    expect(totalOf(exposed, 'aigc_workers')).toBe(1);
    expect(totalOf(exposed, 'aigc_leases')).toBeGreaterThan(0);
    expect(totalOf(exposed, 'aigc_draining')).toBe(0);
    expect(samplesOf(exposed, 'aigc_event_loop_delay_seconds').map(({ labels }) => labels.quantile)).toEqual([
      '0.5',
      '0.9',
      '0.99',
      '1',
    ]);
    expect(samplesOf(exposed, 'aigc_build_info')[0]?.labels.node).toBe(process.versions.node);
  });

  test('without a token only programs on this machine may read, not a proxy and not a page', async () => {
    expect(await statusFor({})).toBe(200);
    for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via', 'x-forwarded-proto']) {
      expect(await statusFor({ [header]: '127.0.0.1' })).toBe(403);
    }
    expect(await statusFor({ host: 'evil.example.com' })).toBe(403);
    const answer = await fetch(`${world.origin}/metrics`, { headers: { via: '1.1 proxy' } });
    expect(await answer.json()).toMatchObject({ error: { code: 'forbidden' } });
  });

  test('it can only be read', async () => {
    const answer = await fetch(`${world.origin}/metrics`, { method: 'POST' });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
    const head = await fetch(`${world.origin}/metrics`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });
});

describe('with a token', () => {
  const token = 'metrics-canary-0123456789';
  afterEach(() => world.close());

  test('it must be sent, from this machine too', async () => {
    world = await startGatewayWorld({ env: { METRICS_TOKEN: token } });
    for (const authorization of ['', 'Bearer', `Bearer ${token}x`, `Basic ${token}`, `Bearer ${world.key}`]) {
      const answer = await fetch(`${world.origin}/metrics`, { headers: { authorization } });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
      expect(await answer.json()).toMatchObject({ error: { code: 'unauthenticated' } });
    }
    const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': '203.0.113.9' };
    const answer = await fetch(`${world.origin}/metrics`, { headers });
    const text = await answer.text();
    expect(answer.status).toBe(200);
    expect(text).not.toContain(token);
  });
});

test('the reference lists exactly the metrics that there are, with their types and labels', () => {
  const file = fileURLToPath(new URL('../../../docs/reference/metrics.md', import.meta.url));
  const rows = readFileSync(file, 'utf8').matchAll(/^\| `(aigc_\w+)` +\| (\w+) +\| (.+?) +\| .+\|$/gm);
  const listed = [...rows].map(([, name, type, labels]) => `${name} ${type}: ${labels?.replaceAll('`', '')}`);
  const defined = definitions.map(
    ([name, definition]) => `${name} ${definition.type}: ${labelsOf(definition).join(', ') || 'none'}`,
  );
  expect(listed.toSorted()).toEqual(defined.toSorted());
});
