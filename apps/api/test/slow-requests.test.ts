import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readBody } from '../src/gateway/body/read-body.ts';
import { createServer, type ApiServer, type GatewayPart } from '../src/server.ts';
import { openRawConnection, type RawConnection } from './support/raw-connection.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

/** A hundredth of the real ones. */
const TIMEOUTS = { headersMs: 200, requestMs: 600, keepAliveMs: 300, checkEveryMs: 50 };
const DRIP_MS = 40;

let product: TestServer;
let api: ApiServer;
let origin: string;
const open: RawConnection[] = [];

beforeAll(async () => {
  product = await startTestServer();
  const gateway: GatewayPart = {
    handles: (target) => target.startsWith('/echo'),
    handle(req, res) {
      void readBody(req, 1024 * 1024).then(
        (body) => res.end(body),
        () => undefined,
      );
    },
  };
  api = createServer(
    product.container,
    { calls: product.app.calls, gateway, rest: null, metrics: null, panel: () => null },
    TIMEOUTS,
  );
  api.http.listen(0, '127.0.0.1');
  await once(api.http, 'listening');
  origin = `http://127.0.0.1:${(api.http.address() as AddressInfo).port}`;
});
afterEach(() => {
  for (const connection of open.splice(0)) connection.close();
});
afterAll(async () => {
  api.http.close();
  api.http.closeAllConnections();
  await product.close();
});

async function connect(): Promise<RawConnection> {
  const connection = await openRawConnection(origin);
  open.push(connection);
  return connection;
}

/** Writes byte by byte until the other side has had enough. */
async function drip(connection: RawConnection, text: string): Promise<void> {
  for (const byte of text) {
    if (connection.socket.destroyed || connection.socket.readableEnded) return;
    connection.write(byte);
    await sleep(DRIP_MS);
  }
}

test('headers that come too slowly are answered with 408, and the connection is closed', async () => {
  const connection = await connect();
  void drip(connection, `GET /healthz HTTP/1.1\r\nhost: a\r\nx-slow: ${'a'.repeat(1000)}`);
  const answer = await connection.answer();
  expect(answer?.status).toBe(408);
  expect(JSON.parse(answer?.body ?? '')).toMatchObject({ error: { message: 'Request Timeout.' } });
  expect(await connection.closed()).toBe('');
});

test('a body that comes too slowly is answered with 408, and the connection is closed', async () => {
  const connection = await connect();
  connection.write('POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n');
  void drip(connection, 'a'.repeat(1000));
  const answer = await connection.answer();
  expect(answer?.status).toBe(408);
  expect(JSON.parse(answer?.body ?? '')).toMatchObject({ error: { message: 'Request Timeout.' } });
  expect(await connection.closed()).toBe('');
});

test('a connection that sends nothing, or nothing more, is closed', async () => {
  const silent = await connect();
  const used = await connect();
  used.write('GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n');
  expect((await used.answer())?.status).toBe(200);
  expect(await used.closed()).toBe('');
  expect(await silent.closed()).toContain('408');
});

test('hundreds of slow connections keep nobody else from being served', async () => {
  const slow = await Promise.all(Array.from({ length: 300 }, () => connect()));
  for (const connection of slow) connection.write('POST /echo HTTP/1.1\r\nhost: a\r\n');
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => fetch(`${origin}/healthz`).then(({ status }) => status)),
  );
  expect(new Set(answers)).toEqual(new Set([200]));
  await Promise.all(slow.map((connection) => connection.closed()));
});

test('a body may take longer than headers may', async () => {
  const connection = await connect();
  connection.write('POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n');
  await sleep(TIMEOUTS.headersMs + 100);
  connection.write('ok');
  expect(await connection.answer()).toMatchObject({ status: 200, body: 'ok' });
});
