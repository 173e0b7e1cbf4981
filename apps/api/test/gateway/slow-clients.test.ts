import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { openRawConnection } from '../support/raw-connection.ts';

const MAX_BUFFERED_BYTES = 256 * 1024;
const MIB = 1024 * 1024;

let world: GatewayWorld;
const answers: ServerResponse[] = [];
const REQUESTS = 'http.server.request.start';
const onRequest = (message: unknown): void => {
  const { response, server } = message as { response: ServerResponse; server: { address(): unknown } };
  // The scripted upstream is a server in this process, too.
  if (isGateway(server)) answers.push(response);
};
const isGateway = (server: { address(): unknown }) =>
  (server.address() as { port: number } | null)?.port === Number(new URL(world.origin).port);

beforeAll(async () => {
  world = await startGatewayWorld();
  await world.topUp('1000');
  subscribe(REQUESTS, onRequest);
});
afterEach(() => {
  answers.length = 0;
  world.upstream.reset();
});
afterAll(async () => {
  unsubscribe(REQUESTS, onRequest);
  await world.close();
});

const messages = [{ role: 'user', content: 'Hello' }];
const streaming = JSON.stringify({ model: 'cloud', messages, stream: true });
const request = () =>
  `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${world.key}\r\n` +
  `content-type: application/json\r\ncontent-length: ${streaming.length}\r\n\r\n${streaming}`;

test('a client that does not read pauses its upstream, and little is kept for it', async () => {
  world.upstream.next({ text: 'x'.repeat(60_000), fault: { kind: 'endless', everyMs: 0 } });
  const connection = await openRawConnection(world.origin);
  connection.socket.pause();
  connection.write(request());
  await world.upstream.waitFor({ requests: 1 });
  let most = 0;
  let sent = -1;
  // Until nothing moves any more: the buffers of the kernel are full.
  await expect
    .poll(
      async () => {
        const before = sent;
        for (let sample = 0; sample < 20; sample += 1) {
          most = Math.max(most, answers[0]?.writableLength ?? 0);
          await sleep(10);
        }
        sent = world.upstream.requests[0]?.sentBytes() ?? -1;
        return sent > MIB && sent === before;
      },
      { timeout: 20_000 },
    )
    .toBe(true);
  console.info(`kept ${most} bytes for a client that does not read`);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(MAX_BUFFERED_BYTES);

  // It goes on where it stopped.
  connection.socket.resume();
  await expect
    .poll(() => world.upstream.requests[0]?.sentBytes(), { timeout: 10_000 })
    .toBeGreaterThan(sent + MIB);
  connection.close();
  await world.upstream.waitFor({ aborted: 1 });
  // Counting what it was given may take a moment.
  await expect
    .poll(() => world.lastCall(), { timeout: 10_000 })
    .toMatchObject({ error_code: 'client_closed', estimated: true });
});

test('a client that takes nothing for a minute is given up, and billed for what it was sent', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    world.upstream.next({ text: 'x'.repeat(60_000), fault: { kind: 'endless', everyMs: 0 } });
    const connection = await openRawConnection(world.origin);
    connection.socket.pause();
    connection.write(request());
    let sent = -1;
    // Until nothing moves any more.
    await expect
      .poll(
        async () => {
          const before = sent;
          await sleep(200);
          sent = world.upstream.requests[0]?.sentBytes() ?? -1;
          return sent > MIB && sent === before;
        },
        { timeout: 20_000 },
      )
      .toBe(true);
    vi.advanceTimersByTime(50_000);
    await sleep(50);
    expect(world.upstream.aborted).toHaveLength(0);
    vi.advanceTimersByTime(11_000);
    await world.upstream.waitFor({ aborted: 1 });
    await expect.poll(() => answers[0]?.destroyed).toBe(true);
    connection.close();
  } finally {
    vi.useRealTimers();
  }
  await expect
    .poll(() => world.lastCall(), { timeout: 10_000 })
    .toMatchObject({ status: 'failed', error_code: 'client_closed', estimated: true });
});

test('clients that read slowly get everything, in order', async () => {
  const pieces = Array.from({ length: 400 }, (_, index) => `<${index}>`.padEnd(10_000, '.'));
  world.upstream.next({ pieces });
  const connection = await openRawConnection(world.origin);
  const slowing = setInterval(() => {
    connection.socket.pause();
    setTimeout(() => connection.socket.resume(), 5);
  }, 10);
  connection.write(request());
  const answer = await connection.answer();
  clearInterval(slowing);
  connection.close();
  const said = [...(answer?.body ?? '').matchAll(/<(\d+)>/g)].map(([, index]) => Number(index));
  expect(said).toEqual(pieces.map((_, index) => index));
  expect(answer?.body).toMatch(/data: \[DONE\]\n\n$/);
  expect(await world.lastCall()).toMatchObject({ status: 'success' });
});

test('after all of this, the books are right', () => world.expectBooksRight());
