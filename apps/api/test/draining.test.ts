import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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

beforeEach(async () => {
  const finished = new Promise<void>((resolve) => (finish = resolve));
  upstream = createServer((req, res) => {
    asked += 1;
    req.resume();
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write(chunk({ content: 'begun' }, null));
    void finished.then(() => res.end(`${chunk({}, 'stop')}data: [DONE]\n\n`));
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  server = await startTestServer();
  await server.admin.client.localModels.create.mutate({
    name: 'slow',
    base_url: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`,
  });
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
