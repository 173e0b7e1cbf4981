import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseExposition, totalOf } from './support/parse-exposition.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

let server: TestServer;
let upstream: Server;
/** Lets the upstream finish its stream. */
let finish: () => void;
let asked = 0;

const chunk = (delta: object, finish_reason: string | null): string =>
  `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;

/** More than the kernel keeps for a client that does not read. */
const LARGE_ANSWER = JSON.stringify({
  id: 'x',
  object: 'chat.completion',
  choices: [
    { index: 0, message: { role: 'assistant', content: 'x'.repeat(12_000_000) }, finish_reason: 'stop' },
  ],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});

beforeEach(async () => {
  const finished = new Promise<void>((resolve) => (finish = resolve));
  upstream = createServer((req, res) => {
    asked += 1;
    req.resume();
    if (req.url === '/large/chat/completions') {
      res.writeHead(200, { 'content-type': 'application/json' }).end(LARGE_ANSWER);
      return;
    }
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write(chunk({ content: 'begun' }, null));
    void finished.then(() => res.end(`${chunk({}, 'stop')}data: [DONE]\n\n`));
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  server = await startTestServer();
  const { port } = upstream.address() as AddressInfo;
  const create = server.admin.client.localModels.create.mutate;
  await create({ name: 'slow', base_url: `http://127.0.0.1:${port}/v1` });
  await create({ name: 'large', base_url: `http://127.0.0.1:${port}/large` });
});
afterEach(async () => {
  finish();
  await server.close();
  upstream.close();
});

function call(): Promise<Response> {
  return fetch(`${server.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.adminKey}`,
      'content-type': 'application/json',
      connection: 'close',
    },
    body: JSON.stringify({ model: 'slow', stream: true, messages: [{ role: 'user', content: 'hi' }] }),
  });
}

/** On a connection of its own, as a load balancer's. */
const watch = (path: string): Promise<Response> =>
  fetch(`${server.origin}${path}`, { headers: { connection: 'close' } });

test('while it drains, streams go on, it says that it is not ready, and newcomers are sent away', async () => {
  const stream = await call();
  const text = stream.text();
  expect((await watch('/readyz')).status).toBe(200);
  const stopping = server.app.stop();

  const ready = await watch('/readyz');
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({ ready: false, checks: { database: true, draining: true } });
  expect((await watch('/healthz')).status).toBe(200);
  const metrics = parseExposition(await (await watch('/metrics')).text());
  expect(totalOf(metrics, 'aigc_draining')).toBe(1);
  expect(totalOf(metrics, 'aigc_running_calls')).toBe(1);

  const refused = await call();
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('2');
  expect(await refused.json()).toMatchObject({ error: { code: 'service_unavailable' } });
  expect((await watch('/api/openapi.json')).status).toBe(503);
  expect(asked).toBe(1);

  finish();
  expect(await text).toContain('[DONE]');
  await stopping;
  await expect(watch('/healthz')).rejects.toThrow('fetch failed');
});

test('a request that comes on a new connection while it drains is answered, and so is one that comes in pieces', async () => {
  const stream = await call();
  const text = stream.text();
  const stopping = server.app.stop();
  await delay(100);

  const silent = connect(Number(new URL(server.origin).port), '127.0.0.1');
  await once(silent, 'connect');
  const inPieces = request(`${server.origin}/v1/chat/completions`, { method: 'POST', agent: false });
  inPieces.write(`{"model":"slow","messages":"${'x'.repeat(1_000_000)}`);
  await delay(300);
  silent.write('GET /v1/models HTTP/1.1\r\nhost: localhost\r\n\r\n');
  const [head] = (await once(silent, 'data')) as [Buffer];
  expect(head.toString()).toContain('HTTP/1.1 503');
  inPieces.end('x'.repeat(3_000_000));
  const [answer] = (await once(inPieces, 'response')) as [{ statusCode: number; resume(): void }];
  expect(answer.statusCode).toBe(503);
  answer.resume();

  finish();
  expect(await text).toContain('[DONE]');
  await stopping;
});

test('who reads an answer slowly gets all of it before the end', async () => {
  const { hostname, port } = new URL(server.origin);
  const body = JSON.stringify({ model: 'large', messages: [{ role: 'user', content: 'hi' }] });
  const slow = request({
    hostname,
    port,
    path: '/v1/chat/completions',
    method: 'POST',
    agent: false,
    headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/json' },
  });
  slow.end(body);
  const [answer] = (await once(slow, 'response')) as [AsyncIterable<Buffer>];
  const running = async (): Promise<number> =>
    totalOf(parseExposition(await (await watch('/metrics')).text()), 'aigc_running_calls');
  await expect.poll(running).toBe(0);
  const stopping = server.app.stop();
  await delay(4_000);
  let received = 0;
  for await (const part of answer) received += part.length;
  expect(received).toBe(Buffer.byteLength(LARGE_ANSWER));
  await stopping;
});
