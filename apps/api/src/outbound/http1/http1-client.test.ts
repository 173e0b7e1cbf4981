import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { Closers, runExchange } from '../../../test/support/outbound-calls.ts';
import {
  TEST_CERTIFICATE,
  TEST_CERTIFICATE_KEY,
} from '../../../test/support/scripted-upstream/certificate.ts';
import type { ActiveExchange } from '../exchange-handler.ts';

const closers = new Closers();
afterEach(() => closers.close());

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

/** Answers every request on every connection; the connections are counted. */
async function serve(
  answer: (socket: Socket, request: number) => void,
): Promise<{ url: string; connections: () => number }> {
  let connections = 0;
  let requests = 0;
  const url = await closers.serveRaw((socket) => {
    connections += 1;
    let pending = '';
    socket.on('data', (bytes) => {
      pending += bytes.toString('latin1');
      // The requests of these tests have no body or a small one, in one piece.
      const end = pending.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/content-length: (\d+)/.exec(pending)?.[1] ?? 0);
      if (pending.length < end + 4 + length) return;
      pending = '';
      requests += 1;
      answer(socket, requests);
    });
  });
  return { url, connections: () => connections };
}

function whenClosed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

describe('connections', () => {
  test('are used again, the one that was used last first', async () => {
    const { url, connections } = await serve((socket) => socket.write(OK));
    const client = closers.outbound();
    await Promise.all([runExchange(client, url), runExchange(client, url), runExchange(client, url)]);
    expect(connections()).toBe(3);
    for (let call = 0; call < 20; call += 1) await runExchange(client, url);
    expect(connections()).toBe(3);
  });

  test('outlive a handler that throws at its end, and somebody is told', async () => {
    const { url, connections } = await serve((socket) => socket.write(OK));
    const faults: unknown[] = [];
    const client = closers.outbound({ onFault: (error) => faults.push(error) });
    const request = { url, method: 'GET', headers: {}, body: [], trust: 'operator' } as const;
    const deadlines = { headersTimeoutMs: 5_000, bodyIdleTimeoutMs: 5_000, totalTimeoutMs: 5_000 };
    const handler = {
      onHeaders() {},
      onData() {},
      onError() {},
      onEnd() {
        throw new Error('of the handler');
      },
    };
    client.start({ ...request, ...deadlines, maxResponseBytes: 1_000 }, handler);
    await expect.poll(() => faults).toEqual([new Error('of the handler')]);
    await runExchange(client, url);
    expect(connections()).toBe(1);
  });

  test('carry one exchange at a time', async () => {
    const { url, connections } = await serve((socket) => setTimeout(() => socket.write(OK), 20));
    const client = closers.outbound();
    const all = await Promise.all(Array.from({ length: 50 }, () => runExchange(client, url)));
    expect(all.every(({ body }) => body === 'ok')).toBe(true);
    expect(connections()).toBe(50);
  });

  test.each([
    ['says `connection: close`', 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok'],
    ['speaks HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok'],
    [
      'keeps connections for a second',
      'HTTP/1.1 200 OK\r\nkeep-alive: timeout=1\r\ncontent-length: 2\r\n\r\nok',
    ],
    ['sends more than it announced', `${OK}!`],
    ['sends another answer behind the first', `${OK}HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil`],
    ['sends a body with a status that has none', 'HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\nok'],
  ])('are not used again when the upstream %s', async (_name, answer) => {
    const { url, connections } = await serve((socket) => socket.write(answer));
    const client = closers.outbound();
    const first = await runExchange(client, url);
    const second = await runExchange(client, url);
    expect([first.error, second.error]).toEqual([null, null]);
    expect(second.body).toBe(first.body);
    expect(connections()).toBe(2);
  });

  test('on which an answer comes that nobody asked for are closed, and it is nobody’s', async () => {
    const closed = Promise.withResolvers<void>();
    const { url, connections } = await serve((socket, request) => {
      socket.write(OK);
      if (request > 1) return;
      setTimeout(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil'), 10);
      socket.on('close', () => closed.resolve());
    });
    const client = closers.outbound();
    expect((await runExchange(client, url)).body).toBe('ok');
    await closed.promise;
    expect((await runExchange(client, url)).body).toBe('ok');
    expect(connections()).toBe(2);
  });

  test('that the upstream closes while they are idle are not used again', async () => {
    const sockets: Socket[] = [];
    const { url, connections } = await serve((socket) => {
      sockets.push(socket);
      socket.write(OK);
    });
    const client = closers.outbound();
    await runExchange(client, url);
    sockets[0]?.end();
    await sleep(50);
    expect((await runExchange(client, url)).body).toBe('ok');
    expect(connections()).toBe(2);
  });

  test('are closed after a while of idleness', { timeout: 15_000 }, async () => {
    const closed = Promise.withResolvers<void>();
    const { url } = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nkeep-alive: timeout=2\r\ncontent-length: 2\r\n\r\nok');
      socket.on('close', () => closed.resolve());
    });
    await runExchange(closers.outbound(), url);
    await closed.promise;
  });

  test('whose request is still being sent when its answer is complete are not used again', async () => {
    const url = await closers.serveRaw((socket) => {
      socket.once('data', () => {
        // The rest of the request is not read.
        socket.pause();
        socket.write(OK);
      });
    });
    const client = closers.outbound();
    const body = [Buffer.alloc(20_000_000)];
    expect((await runExchange(client, url, { body })).body).toBe('ok');
    expect((await runExchange(client, url)).body).toBe('ok');
  });
});

describe('a connection that waited idle and is closed as a request is sent on it', () => {
  /** Closes every connection at its second request, without an answer. */
  async function closing(): Promise<{ url: string; connections: () => number; requests: () => number }> {
    let requests = 0;
    const served = new WeakSet<Socket>();
    const { url, connections } = await serve((socket, request) => {
      requests = request;
      if (served.has(socket)) {
        socket.destroy();
        return;
      }
      served.add(socket);
      socket.write(OK);
    });
    return { url, connections, requests: () => requests };
  }

  test('fails a POST that was sent in full: the upstream may have acted on it', async () => {
    const { url, requests } = await closing();
    const client = closers.outbound();
    await runExchange(client, url);
    expect((await runExchange(client, url)).error?.reason).toBe('reset');
    expect(requests()).toBe(2);
  });

  test('lets a GET be sent once more, on a new connection', async () => {
    const { url, connections, requests } = await closing();
    const client = closers.outbound();
    await runExchange(client, url, { method: 'GET' });
    expect((await runExchange(client, url, { method: 'GET' })).body).toBe('ok');
    expect(connections()).toBe(2);
    expect(requests()).toBe(3);
  });

  test('lets no request be sent a third time, and none whose answer had begun', async () => {
    const { url, connections } = await serve((socket, request) => {
      if (request === 1) socket.write(OK);
      else socket.destroy();
    });
    const client = closers.outbound();
    await runExchange(client, url, { method: 'GET' });
    expect((await runExchange(client, url, { method: 'GET' })).error?.reason).toBe('reset');
    expect(connections()).toBe(2);

    const begun = await serve((socket, request) => {
      if (request === 1) socket.write(OK);
      else socket.end('HTTP/1.1 200');
    });
    await runExchange(client, begun.url, { method: 'GET' });
    expect((await runExchange(client, begun.url, { method: 'GET' })).error?.reason).toBe('reset');
    expect(begun.connections()).toBe(1);
  });

  test('lets a POST be sent once more when it could not be written', async () => {
    const sockets: Socket[] = [];
    const { url, connections } = await serve((socket) => {
      sockets.push(socket);
      socket.write(OK);
    });
    const client = closers.outbound();
    await runExchange(client, url);
    // The reset arrives at once, but goes unnoticed before the next turn of the event loop.
    sockets[0]?.resetAndDestroy();
    expect((await runExchange(client, url)).body).toBe('ok');
    expect(connections()).toBe(2);
  });
});

describe('what an upstream does wrong is told with its reason, after what came before', () => {
  test('a closed port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const { events, error } = await runExchange(closers.outbound(), `http://127.0.0.1:${port}/`);
    expect(events).toEqual(['error']);
    expect(error?.reason).toBe('refused');
  });

  test.each([
    ['closes before it answers', '', 'reset', []],
    ['closes within the status line', 'HTTP/1.1 20', 'reset', []],
    ['closes within the headers', 'HTTP/1.1 200 OK\r\na: b\r\n', 'reset', []],
    [
      'closes within the body',
      'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhel',
      'reset',
      ['headers', 'data'],
    ],
    [
      'closes between chunks',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n',
      'reset',
      ['headers', 'data'],
    ],
    ['answers in another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', 'bad_response', []],
    [
      'breaks its chunks',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\nxyz',
      'bad_response',
      ['headers', 'data'],
    ],
    ['sends a header of 100 KiB', `HTTP/1.1 200 OK\r\na: ${'b'.repeat(100_000)}\r\n\r\n`, 'bad_response', []],
  ])('one that %s', async (_name, answer, reason, before) => {
    const { url } = await serve((socket) => socket.end(answer));
    const told = await runExchange(closers.outbound(), url);
    expect(told.error?.reason).toBe(reason);
    expect(told.events).toEqual([...before, 'error']);
    if (before.length > 0) expect(told.body).toBe('hel');
  });

  test('one that resets the connection within the body', async () => {
    const { url } = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhel');
      setTimeout(() => socket.resetAndDestroy(), 20);
    });
    const told = await runExchange(closers.outbound(), url);
    expect(told).toMatchObject({
      events: ['headers', 'data', 'error'],
      body: 'hel',
      error: { reason: 'reset' },
    });
  });

  test('one that fails in TLS, and one whose TLS connection breaks within the body', async () => {
    const plain = await closers.serveRaw((socket) => socket.once('data', () => socket.write(OK)));
    const told = await runExchange(closers.outbound(), plain.replace('http:', 'https:'));
    expect(told.error?.reason).toBe('tls');

    const server = createTlsServer(
      { cert: TEST_CERTIFICATE, key: TEST_CERTIFICATE_KEY },
      (request, response) => {
        response.writeHead(200, { 'content-length': 5 });
        response.write('hel');
        setTimeout(() => request.socket.destroy(), 20);
      },
    );
    const url = `https://${await closers.listen(server)}/`;
    const broken = await runExchange(closers.outbound({ ca: TEST_CERTIFICATE }), url);
    expect(broken).toMatchObject({
      events: ['headers', 'data', 'error'],
      body: 'hel',
      error: { reason: 'reset' },
    });
  });

  test('one that sends a line of 40 MiB is cut off at the cap', async () => {
    const { url } = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: ');
      const part = Buffer.alloc(1024 * 1024, 'a');
      const write = (): void => {
        while (!socket.destroyed && socket.bytesWritten < 40 * part.length) {
          if (!socket.write(part)) {
            socket.once('drain', write);
            return;
          }
        }
        socket.end();
      };
      write();
    });
    const told = await runExchange(closers.outbound(), url, {
      maxResponseBytes: 8_000_000,
      forgetBody: true,
    });
    expect(told.error?.reason).toBe('too_large');
    expect(told.bytes).toBeLessThanOrEqual(8_000_000);
  });
});

test('a body that ends with its connection is complete', async () => {
  const { url } = await serve((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nhello'));
  expect(await runExchange(closers.outbound(), url)).toMatchObject({ body: 'hello', error: null });
});

test('an answer over TLS is the same, on one connection for many requests', async () => {
  let handshakes = 0;
  const server = createTlsServer(
    { cert: TEST_CERTIFICATE, key: TEST_CERTIFICATE_KEY },
    (request, response) => {
      let bytes = 0;
      request.on('data', (part: Buffer) => (bytes += part.length));
      request.on('end', () => {
        response.write(`${bytes} `);
        setTimeout(() => response.end('b'.repeat(100_000)), 5);
      });
    },
  ).on('secureConnection', () => (handshakes += 1));
  const url = `https://${await closers.listen(server)}/`;
  const client = closers.outbound({ ca: TEST_CERTIFICATE });
  for (const size of [0, 10, 1_000_000]) {
    const told = await runExchange(client, url, { body: [Buffer.alloc(size)] });
    expect(told.body).toBe(`${size} ${'b'.repeat(100_000)}`);
  }
  expect(handshakes).toBe(1);
});

test('bytes that a handler keeps do not change under it', async () => {
  const { url } = await serve((socket, request) => {
    const letter = String.fromCharCode(96 + request);
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 60000\r\n\r\n${letter.repeat(30_000)}`);
    setTimeout(() => socket.write(letter.repeat(30_000)), 5);
  });
  const client = closers.outbound();
  const kept: Buffer[] = [];
  for (let call = 0; call < 3; call += 1)
    await runExchange(client, url, { onData: (bytes) => kept.push(bytes) });
  expect(Buffer.concat(kept).toString()).toBe(
    ['a', 'b', 'c'].map((letter) => letter.repeat(60_000)).join(''),
  );
});

test('large bodies arrive whole, in their parts', async () => {
  const received = Promise.withResolvers<Buffer>();
  const url = await closers.serveRaw((socket) => {
    const parts: Buffer[] = [];
    socket.on('data', (bytes: Buffer) => {
      parts.push(bytes);
      const all = Buffer.concat(parts);
      if (all.length < 3_000_000) return;
      received.resolve(all);
      socket.write(OK);
    });
  });
  const body = [Buffer.alloc(1_500_000, 'a'), Buffer.alloc(0), Buffer.alloc(1_500_000, 'b')];
  await runExchange(closers.outbound(), url, { body });
  const text = (await received.promise).toString('latin1');
  expect(text).toContain('content-length: 3000000\r\n\r\n');
  expect(text.split('\r\n\r\n')[1]).toBe('a'.repeat(1_500_000) + 'b'.repeat(1_500_000));
});

describe('a paused exchange', () => {
  test('holds a fast upstream back, and its silence is not counted', async () => {
    let sentBytes = 0;
    const totalBytes = 40_000_000;
    const { url } = await serve((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${totalBytes}\r\n\r\n`);
      const part = Buffer.alloc(100_000, 'a');
      const write = (): void => {
        while (sentBytes < totalBytes) {
          sentBytes += part.length;
          if (!socket.write(part)) {
            socket.once('drain', write);
            return;
          }
        }
      };
      write();
    });
    let paused: ActiveExchange | null = null;
    let bytesWhilePaused = 0;
    const exchange = runExchange(closers.outbound(), url, {
      maxResponseBytes: totalBytes,
      bodyIdleTimeoutMs: 100,
      forgetBody: true,
      onData: (bytes, running) => {
        if (paused !== null) bytesWhilePaused += bytes.length;
        paused ??= running;
        running.pause();
      },
    });
    await sleep(600);
    expect(sentBytes).toBeLessThan(totalBytes);
    expect(bytesWhilePaused).toBe(0);
    const resume = setInterval(() => paused?.resume(), 1);
    const told = await exchange;
    clearInterval(resume);
    expect(told).toMatchObject({ bytes: totalBytes, error: null });
  });

  test('that is complete leaves a connection that works', async () => {
    const { url, connections } = await serve((socket) => socket.write(OK));
    const client = closers.outbound();
    const pausing = { onData: (_bytes: Buffer, exchange: ActiveExchange) => exchange.pause() };
    for (let call = 0; call < 3; call += 1) expect((await runExchange(client, url, pausing)).body).toBe('ok');
    expect(connections()).toBe(1);
  });

  test('may be paused before it is connected', async () => {
    const { url } = await serve((socket) => socket.write(OK));
    const told = await runExchange(closers.outbound(), url, {
      onStarted: (exchange) => {
        exchange.pause();
        setTimeout(() => exchange.resume(), 50);
      },
    });
    expect(told.body).toBe('ok');
  });
});

test('an exchange that is aborted from within its handler hears nothing more, and its socket is closed', async () => {
  const closed = Promise.withResolvers<void>();
  const { url } = await serve((socket) => {
    socket.on('close', () => closed.resolve());
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc`);
  });
  const events: string[] = [];
  const client = closers.outbound();
  const exchange = client.start(
    {
      url,
      method: 'GET',
      headers: {},
      body: [],
      headersTimeoutMs: 1_000,
      bodyIdleTimeoutMs: 1_000,
      totalTimeoutMs: 1_000,
      maxResponseBytes: 1_000,
      trust: 'user',
    },
    {
      onHeaders: () => {
        events.push('headers');
        exchange.abort();
      },
      onData: () => events.push('data'),
      onEnd: () => events.push('end'),
      onError: () => events.push('error'),
    },
  );
  await closed.promise;
  await sleep(20);
  expect(events).toEqual(['headers']);
});

test('a handler that throws fails its own exchange, and no other', async () => {
  const { url } = await serve((socket) => socket.write(OK));
  const client = closers.outbound();
  const told = await runExchange(client, url, {
    onData: () => {
      throw new Error('a mistake');
    },
  });
  expect(told.error).toMatchObject({ reason: 'bad_response', cause: { message: 'a mistake' } });
  expect((await runExchange(client, url)).body).toBe('ok');
});

test('an exchange that is given up while it connects closes its connection', async () => {
  const socketClosed = Promise.withResolvers<void>();
  const url = await closers.serveRaw((socket) => {
    // The other side waits for TLS.
    void whenClosed(socket).then(() => socketClosed.resolve());
    socket.once('data', () => exchange.abort());
  });
  const events: string[] = [];
  const exchange = closers.outbound().start(
    {
      url: url.replace('http:', 'https:'),
      method: 'GET',
      headers: {},
      body: [],
      headersTimeoutMs: 1_000,
      bodyIdleTimeoutMs: 1_000,
      totalTimeoutMs: 5_000,
      maxResponseBytes: 1_000,
      trust: 'user',
    },
    {
      onHeaders: () => events.push('headers'),
      onData: () => events.push('data'),
      onEnd: () => events.push('end'),
      onError: () => events.push('error'),
    },
  );
  await socketClosed.promise;
  expect(events).toEqual([]);
});
