import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { AllowList } from './allow-list.ts';
import { createOutbound } from './dispatcher.ts';
import type { ActiveExchange, ExchangeRequest } from './exchange-handler.ts';
import type { OutboundError } from './outbound-error.ts';
import type { Outbound } from './outbound.ts';

const closers: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

function outbound(): Outbound {
  const made = createOutbound({
    policy: { allow: AllowList.empty, allowLoopback: true, ownPorts: () => new Set(), allowMetadata: false },
  });
  closers.push(() => made.close());
  return made;
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

interface Told {
  events: string[];
  status: number;
  headers: Readonly<Record<string, string | string[]>>;
  body: string;
  error: OutboundError | null;
}

/** Runs one exchange to its end and says what its handler was told. */
function run(
  client: Outbound,
  url: string,
  rest: Partial<ExchangeRequest> & { started?: (exchange: ActiveExchange) => void } = {},
): Promise<Told> {
  const { started, ...request } = rest;
  return new Promise((resolve) => {
    const told: Told = { events: [], status: 0, headers: {}, body: '', error: null };
    const exchange = client.start(
      {
        url,
        method: 'POST',
        headers: {},
        body: [],
        headersTimeoutMs: 5_000,
        bodyIdleTimeoutMs: 5_000,
        totalTimeoutMs: 10_000,
        maxResponseBytes: 1_000_000,
        trust: 'user',
        ...request,
      },
      {
        onHeaders(status, headers) {
          told.events.push('headers');
          Object.assign(told, { status, headers });
        },
        onData(bytes) {
          if (told.events.at(-1) !== 'data') told.events.push('data');
          told.body += bytes.toString();
        },
        onEnd() {
          told.events.push('end');
          resolve(told);
        },
        onError(error) {
          told.events.push('error');
          resolve({ ...told, error });
        },
      },
    );
    expect(told.events).toEqual([]);
    started?.(exchange);
  });
}

test('an exchange tells headers, bytes and the end, and sends the body in its parts', async () => {
  const url = await serve((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      response.writeHead(201, { 'x-a': ['1', '2'], 'content-type': 'text/plain' });
      response.end(JSON.stringify([request.method, body, request.headers['x-tenant']]));
    });
  });
  const client = outbound();
  const headers = { 'x-tenant': 'one', host: 'evil', 'transfer-encoding': 'chunked' };
  for (const body of [[], [Buffer.from('{"a":')], [Buffer.from('{"a":'), Buffer.from('1}')]]) {
    const told = await run(client, url, { headers, body });
    expect(told.events).toEqual(['headers', 'data', 'end']);
    expect(told.status).toBe(201);
    expect(told.headers['content-type']).toBe('text/plain');
    expect(JSON.parse(told.body)).toEqual(['POST', Buffer.concat(body).toString(), 'one']);
  }
  expect(Object.isFrozen(headers)).toBe(true);
});

test('what is wrong with a request is told to its handler after `start` has returned', async () => {
  const client = outbound();
  expect((await run(client, 'nonsense')).error?.reason).toBe('invalid_url');
  expect((await run(client, 'http://169.254.169.254/')).error?.reason).toBe('address_forbidden');
  const headers = { authorization: 'Bearer a\r\nx-injected: 1' };
  expect((await run(client, 'http://127.0.0.1:9/', { headers })).error?.reason).toBe('invalid_request');
  await client.close();
  expect((await run(client, 'http://127.0.0.1:9/')).error?.reason).toBe('aborted');
});

test('redirects, compressed answers and answers that are too large are errors', async () => {
  const url = await serve((request, response) => {
    if (request.url === '/redirect') response.writeHead(307, { location: '/' }).end();
    else if (request.url === '/gzip')
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('a'));
    else if (request.url === '/announced') response.end(Buffer.alloc(2_000));
    else response.write(Buffer.alloc(600), () => response.end(Buffer.alloc(600)));
  });
  const client = outbound();
  const reason = async (path: string): Promise<unknown> =>
    (await run(client, url + path, { maxResponseBytes: 1_000 })).error?.reason;
  expect(await reason('redirect')).toBe('redirect');
  expect(await reason('gzip')).toBe('bad_response');
  expect(await reason('announced')).toBe('too_large');
  expect(await reason('chunked')).toBe('too_large');
});

test('each deadline has its reason', async () => {
  const url = await serve((request, response) => {
    if (request.url === '/silent') return;
    response.write('a');
    const drip = request.url === '/drip' ? setInterval(() => response.write('a'), 10) : undefined;
    response.on('close', () => clearInterval(drip));
  });
  const client = outbound();
  const reason = async (path: string, deadlines: Partial<ExchangeRequest>): Promise<unknown> =>
    (await run(client, url + path, deadlines)).error?.reason;
  expect(await reason('silent', { headersTimeoutMs: 50 })).toBe('headers_timeout');
  expect(await reason('idle', { bodyIdleTimeoutMs: 50 })).toBe('idle_timeout');
  expect(await reason('drip', { totalTimeoutMs: 200 })).toBe('total_timeout');
});

test('an aborted exchange tells nothing more and closes its socket', async () => {
  const closed = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  const url = await serve((request, response) => {
    request.socket.on('close', () => closed.resolve());
    response.write('a');
    arrived.resolve();
  });
  let settled = false;
  let exchange: ActiveExchange | undefined;
  void run(outbound(), url, { started: (made) => (exchange = made) }).then(() => (settled = true));
  await arrived.promise;
  exchange?.abort();
  exchange?.abort();
  await closed.promise;
  expect(settled).toBe(false);
});
