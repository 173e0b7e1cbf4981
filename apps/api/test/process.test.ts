import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generatePlatformKey } from '@aigc/shared/platform-key';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProduct, type ProductProcess } from './support/product-process.ts';

/** One installation from its first start on; the tests are its story, in order. */
let dataDir: string;
let current: ProductProcess | undefined;
const key = generatePlatformKey();
const init = { INIT_ADMIN_EMAIL: 'ops@example.com', INIT_ADMIN_PASSWORD: 'correct horse', INIT_API_KEY: key };

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'aigc-process-'));
});
afterAll(async () => {
  current?.child.kill('SIGTERM');
  await current?.ended;
  await rm(dataDir, { recursive: true, force: true });
});

const askDemo = (origin: string) =>
  fetch(`${origin}/api/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'demo-chat', messages: [{ role: 'user', content: 'Hello' }] }),
  });

test(
  'the first start prints a set-up link that works and a curl for the demo model',
  { timeout: 60_000 },
  async () => {
    current = startProduct({ DATA_DIR: dataDir });
    const origin = await current.ready();
    expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const [, token] = /\/setup\?token=(\S+)/.exec(current.output()) ?? [];
    expect(token).toMatch(/^[\w-]{32}$/);
    expect(current.output()).toContain(`curl ${origin}/api/v1/chat/completions`);
    expect(current.output()).toContain('"model":"demo-chat"');
    expect((await fetch(`${origin}/readyz`)).status).toBe(200);
    expect((await stat(join(dataDir, 'secret-keys'))).mode & 0o777).toBe(0o600);
  },
);

test('a second start on the same data prints where the first one is, and ends', async () => {
  const origin = await current?.ready();
  const second = startProduct({ DATA_DIR: dataDir });
  expect(await second.ended).toBe(1);
  expect(second.output()).toContain(origin);
  expect(second.output().trim().split('\n')).toHaveLength(1);
});

test(
  'after kill -9 the next start serves the same data, with the same keys',
  { timeout: 60_000 },
  async () => {
    const secretKeys = await readFile(join(dataDir, 'secret-keys'), 'utf8');
    current?.child.kill('SIGKILL');
    await current?.ended;
    current = startProduct({ DATA_DIR: dataDir, ...init });
    const origin = await current.ready();
    expect(await readFile(join(dataDir, 'secret-keys'), 'utf8')).toBe(secretKeys);
    expect(current.output()).toContain('Made the administrator ops@example.com');
    expect(current.output()).not.toContain('/setup?token=');
    expect((await askDemo(origin)).status).toBe(200);
  },
);

test(
  'while the database server is gone the panel says so, and works again by itself',
  { timeout: 60_000 },
  async () => {
    const origin = (await current?.ready()) ?? '';
    const [postmaster] = (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n', 1);
    process.kill(Number(postmaster), 'SIGKILL');
    const statuses: number[] = [];
    const bodies: string[] = [];
    const ask = async (): Promise<number> => {
      const answer = await fetch(`${origin}/trpc/viewer.get`);
      statuses.push(answer.status);
      bodies.push(await answer.text());
      return answer.status;
    };
    await ask();
    await expect.poll(ask, { timeout: 30_000, interval: 20 }).toBe(200);
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    for (const body of bodies)
      if (!body.includes('"result"')) expect(body).toContain('"service_unavailable"');
    await expect.poll(() => askDemo(origin).then(({ status }) => status), { timeout: 30_000 }).toBe(200);
  },
);

test('SIGTERM ends it with 0, and the database server with it', { timeout: 60_000 }, async () => {
  current?.child.kill('SIGTERM');
  expect(await current?.ended).toBe(0);
  expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
});

test('when its launcher is gone it shuts down like on a signal', { timeout: 60_000 }, async () => {
  current = startProduct({ DATA_DIR: dataDir, ...init }, { hasLauncher: true });
  expect((await askDemo(await current.ready())).status).toBe(200);
  current.child.disconnect();
  expect(await current.ended).toBe(0);
  expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
});

test('nobody reads its output any more: it serves on and ends with 0', { timeout: 60_000 }, async () => {
  const unheard = startProduct({ DATA_DIR: dataDir, LOG_LEVEL: 'trace' });
  const origin = await unheard.ready();
  const exited = once(unheard.child, 'exit');
  unheard.ended.catch(() => undefined);
  unheard.child.stdout?.destroy();
  unheard.child.stderr?.destroy();
  expect((await askDemo(origin)).status).toBe(200);
  unheard.child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});

test('a port that another program has is named, with the way out', { timeout: 60_000 }, async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const product = startProduct({ DATA_DIR: dataDir, PORT: String(port) });
  expect(await product.ended).toBe(1);
  expect(product.output()).toContain(`Port ${port} is taken by another program.`);
  other.close();
});

test('no key and no password was printed', () => {
  const printed = current?.output() ?? '';
  expect(printed).not.toContain(key);
  expect(printed).not.toContain(init.INIT_ADMIN_PASSWORD);
});

test('an invalid variable ends the start with one line that names it', async () => {
  const wrong = startProduct({ DATA_DIR: dataDir, PORT: 'eighty' });
  expect(await wrong.ended).toBe(1);
  expect(wrong.output()).toBe('PORT must be a port from 0 to 65535.\n');
});
