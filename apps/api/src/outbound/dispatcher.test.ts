import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
} from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TEST_CERTIFICATE, TEST_CERTIFICATE_KEY } from '../../test/support/scripted-upstream/certificate.ts';
import { AllowList, parseAllowList } from './allow-list.ts';
import { createOutbound, type CreateOutboundOptions } from './dispatcher.ts';
import { OutboundError, type OutboundReason } from './outbound-error.ts';
import type { OutboundPolicy } from './outbound-policy.ts';
import type { Outbound, OutboundRequest, OutboundResponse } from './outbound.ts';
import { readBody } from './read-body.ts';

const closers: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const singleMachine: OutboundPolicy = {
  allow: AllowList.empty,
  allowLoopback: true,
  ownPorts: () => new Set(),
  allowMetadata: false,
};
const closed: OutboundPolicy = { ...singleMachine, allowLoopback: false };

function outboundWith(options: Partial<CreateOutboundOptions> = {}): Outbound {
  const outbound = createOutbound({ policy: singleMachine, ...options });
  closers.push(() => outbound.close());
  return outbound;
}

async function listen(server: TcpServer): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function serve(listener: RequestListener): Promise<{ origin: string; server: Server }> {
  const server = createServer(listener);
  return { origin: `http://${await listen(server)}`, server };
}

/** A server that answers every connection with raw bytes. */
async function serveRaw(answer: (socket: Socket) => void): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.once('data', () => answer(socket));
  });
  return `http://${await listen(server)}`;
}

function get(url: string, rest: Partial<OutboundRequest> = {}): OutboundRequest {
  return { url, method: 'GET', headers: {}, trust: 'user', ...rest };
}

async function failure(promise: Promise<unknown>): Promise<OutboundError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof OutboundError) return error;
  throw new Error('no OutboundError', { cause: error });
}

async function text(response: OutboundResponse): Promise<string> {
  return (await readBody(response, 1_000_000)).toString();
}

async function receive(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Resolves once the socket is closed; a reset is one way of closing. */
function whenClosed(socket: Socket): Promise<void> {
  socket.on('error', () => undefined);
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

describe('a call', () => {
  test('sends what it is given and answers with status, headers and body', async () => {
    const { origin } = await serve((request, response) => {
      void receive(request).then((body) => {
        response.writeHead(418, { 'content-type': 'text/plain', 'set-cookie': ['a=1', 'b=2'] });
        response.end(`${request.method} ${request.url} ${request.headers['x-tenant']?.toString()} ${body}`);
      });
    });
    const response = await outboundWith().request({
      url: `${origin}/v1/chat?x=1`,
      method: 'POST',
      headers: { 'X-Tenant': 'one' },
      body: 'hello',
      trust: 'operator',
    });
    expect(response.status).toBe(418);
    expect(response.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(await text(response)).toBe('POST /v1/chat?x=1 one hello');
    expect(response.timings.sentMs).toBeLessThanOrEqual(response.timings.firstByteMs);
  });

  test('asks for no compression and lets no caller name another host or frame its own body', async () => {
    const seen: IncomingMessage['headers'][] = [];
    const { origin } = await serve((request, response) => {
      seen.push(request.headers);
      response.end();
    });
    const headers = {
      'Accept-Encoding': 'gzip',
      Host: 'evil',
      'Content-Length': '5',
      'Transfer-Encoding': 'x',
    };
    await text(await outboundWith().request(get(origin, { headers })));
    expect(seen[0]).toEqual({
      'accept-encoding': 'identity',
      'user-agent': 'aigc-space',
      host: new URL(origin).host,
      connection: 'keep-alive',
    });
  });

  test('refuses a header that would break out of its line', async () => {
    const { origin } = await serve((_request, response) => response.end());
    const headers = { authorization: 'Bearer a\r\nx-injected: 1' };
    expect(await failure(outboundWith().request(get(origin, { headers })))).toMatchObject({
      reason: 'invalid_request',
    });
  });

  test('reuses a connection once the answer was read', async () => {
    const { origin, server } = await serve((_request, response) => response.end('ok'));
    let connections = 0;
    server.on('connection', () => (connections += 1));
    const outbound = outboundWith();
    for (let call = 0; call < 5; call += 1) {
      expect(await text(await outbound.request(get(origin)))).toBe('ok');
      await sleep(5);
    }
    expect(connections).toBe(1);
  });

  test('of two tenants interleaved carries only its own credential', async () => {
    const { origin } = await serve((request, response) => {
      setImmediate(() => response.end(JSON.stringify(request.headers)));
    });
    const outbound = outboundWith();
    const answers = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const own: Record<string, string> =
          index % 3 === 0 ? {} : index % 3 === 1 ? { authorization: 'Bearer A' } : { 'api-key': 'B' };
        const answer = await text(await outbound.request(get(origin, { headers: own })));
        return { own, headers: JSON.parse(answer) as Record<string, string> };
      }),
    );
    for (const { own, headers } of answers) {
      expect([headers.authorization, headers['api-key']]).toEqual([own.authorization, own['api-key']]);
    }
  });
});

describe('where the connection goes', () => {
  let connections: number;
  let port: number;
  beforeEach(async () => {
    connections = 0;
    const { origin, server } = await serve((request, response) => {
      if (request.url === '/last') response.setHeader('connection', 'close');
      response.end('reached');
    });
    server.on('connection', () => (connections += 1));
    port = Number(new URL(origin).port);
  });

  test.each([
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    'localhost',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::127.0.0.1]',
    '0.0.0.0',
    '0',
    '[::]',
    '[64:ff9b::127.0.0.1]',
    '[2002:7f00:1::]',
  ])('%s is refused before a connection is made', async (host) => {
    const error = await failure(outboundWith({ policy: closed }).request(get(`http://${host}:${port}/`)));
    expect(error).toMatchObject({ reason: 'address_forbidden' });
    expect(error.message).not.toContain('127');
    expect(JSON.stringify(error)).not.toContain('127');
    expect(connections).toBe(0);
  });

  test('the refusal holds the entry that allows the address, and with it the call succeeds', async () => {
    const outbound = outboundWith({ policy: closed });
    const error = await failure(outbound.request(get(`http://127.0.0.1:${port}/`)));
    expect(error.allowEntry).toBe(`127.0.0.1:${port}`);
    outbound.setPolicy({ ...closed, allow: parseAllowList(error.allowEntry ?? '') });
    expect(await text(await outbound.request(get(`http://127.0.0.1:${port}/`)))).toBe('reached');
  });

  test('a connection that was allowed is not used again once the policy forbids it', async () => {
    const outbound = outboundWith();
    expect(await text(await outbound.request(get(`http://127.0.0.1:${port}/`)))).toBe('reached');
    outbound.setPolicy(closed);
    expect(outbound.policy).toBe(closed);
    expect(await failure(outbound.request(get(`http://127.0.0.1:${port}/`)))).toMatchObject({
      reason: 'address_forbidden',
    });
  });

  test('a port of our own is refused although loopback is allowed', async () => {
    const outbound = outboundWith({ policy: { ...singleMachine, ownPorts: () => new Set([port]) } });
    expect(await failure(outbound.request(get(`http://127.0.0.1:${port}/`)))).toMatchObject({
      reason: 'address_forbidden',
    });
    expect(connections).toBe(0);
  });

  test('a name that resolves to a private address is refused', async () => {
    const outbound = outboundWith({
      policy: closed,
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    });
    const error = await failure(outbound.request(get(`http://models.example:${port}/`)));
    expect(error).toMatchObject({ reason: 'address_forbidden', allowEntry: `127.0.0.1:${port}` });
    expect(connections).toBe(0);
  });

  test('a name that first resolves to an allowed address and then to a forbidden one is refused', async () => {
    const answers = ['127.0.0.1', '127.0.0.2'];
    const asked: string[] = [];
    const outbound = outboundWith({
      policy: { ...closed, allow: parseAllowList(`127.0.0.1:${port}`) },
      resolve: async (hostname) => {
        asked.push(hostname);
        return [{ address: answers.shift() ?? '127.0.0.2', family: 4 }];
      },
    });
    const url = `http://rebinding.example:${port}/last`;
    // The answer is the last one of its connection, so that the next call has to make its own.
    expect(await text(await outbound.request(get(url)))).toBe('reached');
    expect(await failure(outbound.request(get(url)))).toMatchObject({ reason: 'address_forbidden' });
    expect(asked).toHaveLength(2);
    expect(connections).toBe(1);
  });

  test('the name is the one that was asked for, not one that the resolver was asked for', async () => {
    const outbound = outboundWith({
      policy: { ...closed, allow: parseAllowList(`host.docker.internal:${port}`) },
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    });
    expect(await text(await outbound.request(get(`http://host.docker.internal:${port}/`)))).toBe('reached');
    expect(await failure(outbound.request(get(`http://other.example:${port}/`)))).toMatchObject({
      reason: 'address_forbidden',
    });
  });

  test.each(['ftp://h/', 'http://u:p@127.0.0.1/', 'http://127.0.0.1/#f', 'nonsense', ''])(
    '%j is not called',
    async (url) => {
      expect(await failure(outboundWith().request(get(url)))).toMatchObject({ reason: 'invalid_url' });
    },
  );
});

describe('what an upstream must not do', () => {
  test.each([301, 302, 303, 307, 308, 300])(
    'a redirect (%i) is an error and is not followed',
    async (status) => {
      let requests = 0;
      const { origin } = await serve((_request, response) => {
        requests += 1;
        response.writeHead(status, { location: '/elsewhere' }).end();
      });
      expect(await failure(outboundWith().request(get(origin)))).toMatchObject({
        reason: 'redirect',
        status,
      });
      expect(requests).toBe(1);
    },
  );

  test('an announced length above the cap fails before the body is read', async () => {
    const { origin } = await serve((_request, response) => response.end(Buffer.alloc(2_000)));
    const error = await failure(outboundWith().request(get(origin, { maxResponseBytes: 1_000 })));
    expect(error).toMatchObject({ reason: 'too_large' });
  });

  test('more bytes than the cap fail the body and close the connection', async () => {
    const socketClosed = Promise.withResolvers<void>();
    const { origin } = await serve((request, response) => {
      request.socket.on('close', () => socketClosed.resolve());
      response.write(Buffer.alloc(900));
      setTimeout(() => response.write(Buffer.alloc(900)), 20);
    });
    const response = await outboundWith().request(get(origin, { maxResponseBytes: 1_000 }));
    expect(await failure(text(response))).toMatchObject({ reason: 'too_large' });
    await socketClosed.promise;
  });

  test('an answer that is compressed although identity was asked for is refused', async () => {
    const { origin } = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(10_000_000)));
    });
    expect(await failure(outboundWith().request(get(origin)))).toMatchObject({ reason: 'bad_response' });
  });

  test.each<[string, string, OutboundReason]>([
    ['no HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n', 'bad_response'],
    ['a switch of protocols', 'HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: ws\r\n\r\n', 'bad_response'],
    ['headers without end', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(20_000)}`, 'bad_response'],
    ['a status that is no number', 'HTTP/1.1 OK\r\ncontent-length: 0\r\n\r\n', 'bad_response'],
    ['nothing', '', 'reset'],
  ])('%s', async (_name, answer, reason) => {
    const origin = await serveRaw((socket) => socket.end(answer));
    expect(await failure(outboundWith().request(get(origin)))).toMatchObject({ reason });
  });

  test.each([
    ['within a chunked body', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n'],
    ['within a body of known length', 'HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhello'],
    [
      'within a body on a connection that would be closed',
      'HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n',
    ],
  ])('an end %s delivers what came and then fails as a reset', async (_name, answer) => {
    const origin = await serveRaw((socket) => socket.end(answer));
    const response = await outboundWith().request(get(origin));
    const seen: string[] = [];
    const error = await failure(
      (async () => {
        for await (const chunk of response.body) seen.push(chunk.toString());
      })(),
    );
    expect(error.reason).toBe('reset');
    expect(seen.join('')).toBe('hello');
  });
});

describe('connecting fails with its reason', () => {
  test('a closed port is refused', async () => {
    const { origin, server } = await serve(() => undefined);
    server.close();
    await once(server, 'close');
    const error = await failure(outboundWith().request(get(origin)));
    expect(error.reason).toBe('refused');
    expect(error.message).not.toContain('127');
  });

  test('a name without address is a dns error', async () => {
    const outbound = outboundWith({ resolve: () => Promise.reject(new Error('ENOTFOUND')) });
    expect(await failure(outbound.request(get('http://nowhere.example/')))).toMatchObject({ reason: 'dns' });
  });

  test('a resolver that hangs is a dns error at the connect deadline', async () => {
    const outbound = outboundWith({ resolve: () => new Promise(() => undefined), connectTimeoutMs: 30 });
    expect(await failure(outbound.request(get('http://slow.example/')))).toMatchObject({ reason: 'dns' });
  });

  test('a TLS handshake that is never answered is a connect timeout', async () => {
    const origin = (await serveRaw(() => undefined)).replace('http:', 'https:');
    const error = await failure(outboundWith({ connectTimeoutMs: 50 }).request(get(origin)));
    expect(error.reason).toBe('connect_timeout');
  });

  test('a server that speaks no TLS, and a certificate of no known authority, are tls errors', async () => {
    const plain = await serve((_request, response) => response.end());
    const url = plain.origin.replace('http:', 'https:');
    expect(await failure(outboundWith().request(get(url)))).toMatchObject({ reason: 'tls' });

    const options = { cert: TEST_CERTIFICATE, key: TEST_CERTIFICATE_KEY };
    const secure = `https://${await listen(createTlsServer(options, (_request, response) => response.end('ok')))}`;
    expect(await failure(outboundWith().request(get(secure)))).toMatchObject({ reason: 'tls' });
    const trusting = outboundWith({ ca: TEST_CERTIFICATE });
    expect(await text(await trusting.request(get(secure)))).toBe('ok');
  });

  test('a certificate for another name is a tls error', async () => {
    const options = { cert: TEST_CERTIFICATE, key: TEST_CERTIFICATE_KEY };
    const address = await listen(createTlsServer(options, (_request, response) => response.end('ok')));
    const resolve = async (): Promise<{ address: string; family: number }[]> => [
      { address: '127.0.0.1', family: 4 },
    ];
    const outbound = outboundWith({ ca: TEST_CERTIFICATE, resolve });
    const port = address.split(':')[1];
    expect(await text(await outbound.request(get(`https://upstream.test:${port}/`)))).toBe('ok');
    expect(await failure(outbound.request(get(`https://other.test:${port}/`)))).toMatchObject({
      reason: 'tls',
    });
  });
});

describe('deadlines and cancelling close the socket', () => {
  /** A server that sends `head` and then nothing; resolves when its connection is closed. */
  async function stalling(head: string): Promise<{ origin: string; socketClosed: Promise<void> }> {
    const socketClosed = Promise.withResolvers<void>();
    const origin = await serveRaw((socket) => {
      socket.on('close', () => socketClosed.resolve());
      if (head !== '') socket.write(head);
    });
    return { origin, socketClosed: socketClosed.promise };
  }
  const started = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n';

  test('no headers in time', async () => {
    const { origin, socketClosed } = await stalling('');
    const error = await failure(outboundWith().request(get(origin, { headersTimeoutMs: 50 })));
    expect(error.reason).toBe('headers_timeout');
    await socketClosed;
  });

  test('silence within the body', async () => {
    const { origin, socketClosed } = await stalling(started);
    const response = await outboundWith().request(get(origin, { bodyIdleTimeoutMs: 50 }));
    expect(await failure(text(response))).toMatchObject({ reason: 'idle_timeout' });
    await socketClosed;
  });

  test('an answer that drips past the total deadline', async () => {
    const { origin, server } = await serve((_request, response) => {
      const drip = setInterval(() => response.write('x'), 5);
      response.on('close', () => clearInterval(drip));
    });
    const socketClosed = once(server, 'connection').then(([socket]) => whenClosed(socket as Socket));
    const response = await outboundWith().request(
      get(origin, { totalTimeoutMs: 1_500, bodyIdleTimeoutMs: 1_200 }),
    );
    expect(await failure(text(response))).toMatchObject({ reason: 'total_timeout' });
    await socketClosed;
  });

  test('an abort before the call, while connecting, before the headers and within the body', async () => {
    const outbound = outboundWith({ resolve: () => new Promise(() => undefined) });
    expect(
      await failure(outbound.request(get('http://a.example', { signal: AbortSignal.abort() }))),
    ).toMatchObject({
      reason: 'aborted',
    });

    const connecting = new AbortController();
    const call = outbound.request(get('http://slow.example/', { signal: connecting.signal }));
    setTimeout(() => connecting.abort(), 5);
    expect(await failure(call)).toMatchObject({ reason: 'aborted' });

    const silent = await stalling('');
    const waiting = new AbortController();
    const answer = outbound.request(get(silent.origin, { signal: waiting.signal }));
    setTimeout(() => waiting.abort(), 30);
    expect(await failure(answer)).toMatchObject({ reason: 'aborted' });
    await silent.socketClosed;

    const streaming = await stalling(started);
    const within = new AbortController();
    const response = await outbound.request(get(streaming.origin, { signal: within.signal }));
    setTimeout(() => within.abort(), 30);
    expect(await failure(text(response))).toMatchObject({ reason: 'aborted' });
    await streaming.socketClosed;
  });

  test('a body that its reader leaves', async () => {
    const { origin, socketClosed } = await stalling(started);
    const response = await outboundWith().request(get(origin));
    for await (const chunk of response.body) {
      expect(chunk.toString()).toBe('hello');
      break;
    }
    await socketClosed;
  });

  test('closing the dispatcher cancels what runs and refuses what comes', async () => {
    const { origin, socketClosed } = await stalling(started);
    const outbound = createOutbound({ policy: singleMachine });
    const response = await outbound.request(get(origin));
    const reading = failure(text(response));
    await outbound.close();
    expect(await reading).toMatchObject({ reason: 'aborted' });
    await socketClosed;
    expect(await failure(outbound.request(get(origin)))).toMatchObject({ reason: 'aborted' });
  });

  test('running answers complete when the policy changes', async () => {
    const { origin } = await serve((_request, response) => {
      response.write('a');
      setTimeout(() => response.end('b'), 30);
    });
    const outbound = outboundWith();
    const response = await outbound.request(get(origin));
    outbound.setPolicy(closed);
    expect(await text(response)).toBe('ab');
  });
});

test('a slow reader pauses the upstream, and the idle deadline does not run meanwhile', async () => {
  const totalBytes = 30_000_000;
  let sentBytes = 0;
  const { origin } = await serve((_request, response) => {
    const chunk = Buffer.alloc(100_000, 120);
    const send = (): void => {
      while (sentBytes < totalBytes) {
        sentBytes += chunk.length;
        if (!response.write(chunk)) {
          response.once('drain', send);
          return;
        }
      }
      response.end();
    };
    send();
  });
  const response = await outboundWith().request(get(origin, { bodyIdleTimeoutMs: 100 }));
  const iterator = response.body[Symbol.asyncIterator]();
  let receivedBytes = (await iterator.next()).value?.length ?? 0;
  // Wait until the sender makes no more progress, well beyond the idle deadline.
  let before = -1;
  while (before !== sentBytes) {
    before = sentBytes;
    await sleep(250);
  }
  expect(sentBytes).toBeLessThan(totalBytes);
  for (;;) {
    const next = await iterator.next();
    if (next.done === true) break;
    receivedBytes += next.value.length;
  }
  expect(receivedBytes).toBe(totalBytes);
});

test('a connection of its own tells its phases, and is closed with its call', async () => {
  const options = { cert: TEST_CERTIFICATE, key: TEST_CERTIFICATE_KEY };
  const server = createTlsServer(options, (_request, response) => response.end('ok'));
  const url = `https://${await listen(server)}/`;
  const socketClosed = once(server, 'secureConnection').then(([socket]) => whenClosed(socket as Socket));
  const phases: string[] = [];
  const outbound = outboundWith({ ca: TEST_CERTIFICATE });
  const onPhase = vi.fn((phase: string) => phases.push(phase));
  expect(await text(await outbound.request(get(url, { onPhase })))).toBe('ok');
  expect(phases).toEqual(['resolve', 'connect', 'tls']);
  await socketClosed;

  const { origin } = await serve((_request, response) => response.end('ok'));
  phases.length = 0;
  await text(await outbound.request(get(origin, { onPhase })));
  expect(phases).toEqual(['resolve', 'connect']);
});

test('every failed call is counted with its trust and reason', async () => {
  const onFailure = vi.fn();
  const outbound = outboundWith({ policy: closed, onFailure });
  await failure(outbound.request(get('http://127.0.0.1:1/', { trust: 'operator' })));
  expect(onFailure.mock.calls).toEqual([[{ trust: 'operator', reason: 'address_forbidden' }]]);
});

describe('fetch on the dispatcher', () => {
  test('sends and answers as fetch does', async () => {
    const { origin } = await serve((request, response) => {
      void receive(request).then((body) => {
        response.writeHead(201, { 'content-type': 'application/json', 'x-a': ['1', '2'] });
        response.end(JSON.stringify({ body, type: request.headers['content-type'] }));
      });
    });
    const { fetch } = outboundWith();
    const response = await fetch(new URL(origin), {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'X-B': '1' },
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-a')).toBe('1, 2');
    expect(await response.json()).toEqual({ body: '{"a":1}', type: 'text/plain;charset=UTF-8' });
    expect((await fetch(origin)).ok).toBe(true);
  });

  test('is under the same rules: addresses, redirects, aborts', async () => {
    const { origin } = await serve((_request, response) => {
      response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    });
    const { fetch } = outboundWith();
    expect(await failure(fetch(origin))).toMatchObject({ reason: 'redirect' });
    expect(await failure(fetch('http://169.254.169.254/'))).toMatchObject({ reason: 'address_forbidden' });
    const signal = AbortSignal.timeout(20);
    const silent = await serveRaw(() => undefined);
    expect(await failure(fetch(silent, { signal }))).toMatchObject({ reason: 'aborted' });
    await expect(fetch(origin, { method: 'DELETE' })).rejects.toThrow('GET or POST');
  });
});
