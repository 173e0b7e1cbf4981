import { createServer, type RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { Closers, runExchange } from '../../test/support/outbound-calls.ts';
import type { ActiveExchange, ExchangeRequest } from './exchange-handler.ts';

const closers = new Closers();
afterEach(() => closers.close());

async function serve(listener: RequestListener): Promise<string> {
  return `http://${await closers.listen(createServer(listener))}/`;
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
  const client = closers.outbound();
  const headers = { 'x-tenant': 'one', host: 'evil', 'transfer-encoding': 'chunked' };
  for (const body of [[], [Buffer.from('{"a":')], [Buffer.from('{"a":'), Buffer.from('1}')]]) {
    const told = await runExchange(client, url, { headers, body });
    expect(told.events).toEqual(['headers', 'data', 'end']);
    expect(told.status).toBe(201);
    expect(told.headers['content-type']).toBe('text/plain');
    expect(JSON.parse(told.body)).toEqual(['POST', Buffer.concat(body).toString(), 'one']);
  }
  expect(Object.isFrozen(headers)).toBe(true);
});

test('what is wrong with a request is told to its handler after `start` has returned', async () => {
  const client = closers.outbound();
  expect((await runExchange(client, 'nonsense')).error?.reason).toBe('invalid_url');
  expect((await runExchange(client, 'http://169.254.169.254/')).error?.reason).toBe('address_forbidden');
  const headers = { authorization: 'Bearer a\r\nx-injected: 1' };
  expect((await runExchange(client, 'http://127.0.0.1:9/', { headers })).error?.reason).toBe(
    'invalid_request',
  );
  await client.close();
  expect((await runExchange(client, 'http://127.0.0.1:9/')).error?.reason).toBe('aborted');
});

test('redirects, compressed answers and answers that are too large are errors', async () => {
  const url = await serve((request, response) => {
    if (request.url === '/redirect') response.writeHead(307, { location: '/' }).end();
    else if (request.url === '/gzip')
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('a'));
    else if (request.url === '/announced') response.end(Buffer.alloc(2_000));
    else response.write(Buffer.alloc(600), () => response.end(Buffer.alloc(600)));
  });
  const client = closers.outbound();
  const reason = async (path: string): Promise<unknown> =>
    (await runExchange(client, url + path, { maxResponseBytes: 1_000 })).error?.reason;
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
  const client = closers.outbound();
  const reason = async (path: string, deadlines: Partial<ExchangeRequest>): Promise<unknown> =>
    (await runExchange(client, url + path, deadlines)).error?.reason;
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
  void runExchange(closers.outbound(), url, { onStarted: (made) => (exchange = made) }).then(
    () => (settled = true),
  );
  await arrived.promise;
  exchange?.abort();
  exchange?.abort();
  await closed.promise;
  expect(settled).toBe(false);
});
