import { execFile } from 'node:child_process';
import { Agent, createServer, request, type Server, type ServerResponse } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createTRPCClient, httpBatchStreamLink, type TRPCClient } from '@trpc/client';
import { generatePlatformKey } from '@aigc/shared/platform-key';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AppRouter } from '../src/trpc/router.ts';
import { parseExposition, samplesOf, totalOf, type ExposedMetric } from './support/parse-exposition.ts';
import { startProduct, type ProductProcess } from './support/product-process.ts';
import { sessionCookie } from './support/test-server.ts';

/** How often a worker is killed; fewer while something else is looked at. */
const KILLS = Number(process.env['KILLS'] ?? 20);

/** One installation with two workers; the tests are its story, in order. */
const key = generatePlatformKey();
const admin = { email: 'ops@example.com', password: 'correct horse battery' };
let dataDir: string;
let product: ProductProcess;
let origin: string;
let panel: TRPCClient<AppRouter>;
let upstream: HoldingUpstream;

/** Answers when it is told to. */
interface HoldingUpstream {
  url: string;
  waiting(): number;
  answerAll(): void;
  server: Server;
}

async function startHoldingUpstream(): Promise<HoldingUpstream> {
  const waiting = new Set<ServerResponse>();
  const server = createServer((req, res) => {
    req.resume();
    waiting.add(res);
    res.once('close', () => waiting.delete(res));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const message = { role: 'assistant', content: 'done' };
  const body = JSON.stringify({
    id: 'x',
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  });
  return {
    url: `http://127.0.0.1:${port}/v1`,
    server,
    waiting: () => waiting.size,
    answerAll() {
      for (const res of waiting) res.writeHead(200, { 'content-type': 'application/json' }).end(body);
    },
  };
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'aigc-workers-'));
  upstream = await startHoldingUpstream();
  product = startProduct({
    DATA_DIR: dataDir,
    WORKERS: '2',
    INIT_ADMIN_EMAIL: admin.email,
    INIT_ADMIN_PASSWORD: admin.password,
    INIT_API_KEY: key,
  });
  origin = await product.ready();
  const signedIn = await fetch(`${origin}/trpc/auth.signIn`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(admin),
  });
  const headers = { cookie: sessionCookie(signedIn.headers), origin };
  panel = createTRPCClient<AppRouter>({ links: [httpBatchStreamLink({ url: `${origin}/trpc`, headers })] });
  await panel.localModels.create.mutate({ name: 'held', base_url: upstream.url });
}, 180_000);

afterAll(async () => {
  product.child.kill('SIGTERM');
  await product.ended;
  upstream.server.closeAllConnections();
  upstream.server.close();
  await rm(dataDir, { recursive: true, force: true });
}, 120_000);

/** A connection of its own each, so that they spread over the workers. */
function call(model: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ model, max_tokens: 10, messages: [{ role: 'user', content: 'Hello' }] }),
    signal: signal ?? null,
  });
}

async function limitKey(limits: { rpm_limit?: number | null; concurrency_limit?: number | null }) {
  const { items } = await panel.keys.list.query();
  for (const { id } of items) await panel.keys.update.mutate({ id, ...limits });
  // Every worker hears of a change within a second; a busy machine may take longer.
  await delay(3_000);
}

async function workerPids(): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, args = ''] = /^ *(\d+) +(\d+) +(.*)$/.exec(line) ?? [];
    return Number(parent) === product.child.pid && args.includes('main.ts') ? [Number(pid)] : [];
  });
}

/** `what`, and what is to be seen instead, are told when it does not come true. */
async function until(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  seen: () => object = () => ({ waiting: upstream.waiting() }),
): Promise<void> {
  const deadline = performance.now() + 120_000;
  while (!(await isTrue())) {
    if (performance.now() > deadline) {
      const facts = JSON.stringify(seen());
      throw new Error(`not within two minutes: ${what}: ${facts}\n${product.output().slice(-4_000)}`);
    }
    await delay(50);
  }
}

/**
 * Takes a place among the running calls. The worker that answered a call says so to the primary process behind the
 * answer, so that a sibling may still refuse a call that comes at once: as any client, it then tries again.
 */
async function occupy(): Promise<number | 'cut off'> {
  for (;;) {
    const status = await call('held').then(
      (answer) => answer.status,
      () => 'cut off' as const,
    );
    if (status !== 429) return status;
    await delay(50);
  }
}

/**
 * The workers that have calls, once all of them are counted. One may have none: its calls may have been refused while
 * it waited for places that lay idle in the other one, and have come to that one when they were tried again.
 */
async function busyWorkers(places: number): Promise<{ pid: number; calls: number }[]> {
  let busy: { pid: number; calls: number }[] = [];
  const nowMs = Date.now();
  await until('every running call is counted', async () => {
    const { processes, at } = await panel.adminHealth.status.query();
    // Everybody who asks within two seconds is told the same: it may be from before the last kill.
    if (Date.parse(at) < nowMs) return false;
    busy = processes.flatMap(({ worker, running_calls: calls }) => {
      const [, pid] =
        new RegExp(`"worker":${worker},"pid":(\\d+),"msg":"A worker serves`).exec(product.output()) ?? [];
      return calls === null || calls === 0 ? [] : [{ pid: Number(pid), calls }];
    });
    return busy.reduce((sum, { calls }) => sum + calls, 0) === places;
  });
  return busy;
}

const allWait = (places: number) => () => upstream.waiting() === places;

test('the address and the key are told once, and every worker serves', async () => {
  expect(product.output().match(/is ready:/g)).toHaveLength(1);
  expect(product.output().match(/Made the key/g)).toHaveLength(1);
  expect(await workerPids()).toHaveLength(2);
  const answers = await Promise.all(Array.from({ length: 10 }, () => call('demo-chat')));
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect((await fetch(`${origin}/readyz`)).status).toBe(200);
});

test(
  'of a hundred calls at once over two workers exactly as many as the limit are answered',
  { timeout: 60_000 },
  async () => {
    await limitKey({ rpm_limit: 10 });
    const answers = await Promise.all(Array.from({ length: 100 }, () => call('demo-chat')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(90);
    for (const { status, headers } of answers) {
      expect(headers.get('x-ratelimit-limit-requests')).toBe('10');
      if (status === 429) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    await limitKey({ rpm_limit: null });
  },
);

/** How many workers have begun to serve, those that ended included. */
function servedCount(): number {
  return (product.output().match(/A worker serves/g) ?? []).length;
}

/** Of whichever worker the connection reaches. */
async function readMetrics(): Promise<Map<string, ExposedMetric>> {
  const answer = await fetch(`${origin}/metrics`, { headers: { connection: 'close' } });
  expect(answer.status).toBe(200);
  return parseExposition(await answer.text());
}

test(
  'metrics are those of all workers, whichever is asked, and do not fall when one dies',
  { timeout: 60_000 },
  async () => {
    const demo = { model: 'demo-chat' };
    const before = await readMetrics();
    await Promise.all(Array.from({ length: 20 }, () => call('demo-chat')));
    const counted = totalOf(before, 'aigc_calls_total', demo) + 20;
    for (let turn = 0; turn < 4; turn += 1) {
      const metrics = await readMetrics();
      expect(totalOf(metrics, 'aigc_calls_total', demo)).toBe(counted);
      expect(totalOf(metrics, 'aigc_call_duration_seconds_count', demo)).toBe(counted);
      expect(totalOf(metrics, 'aigc_call_duration_seconds_bucket', { ...demo, le: '+Inf' })).toBe(counted);
      expect(totalOf(metrics, 'aigc_workers')).toBe(2);
      expect(samplesOf(metrics, 'aigc_process_resident_memory_bytes')).toHaveLength(2);
      expect(samplesOf(metrics, 'aigc_build_info')).toHaveLength(1);
    }
    const known = servedCount();
    process.kill((await workerPids())[0] ?? 0, 'SIGKILL');
    await until('a successor serves', () => servedCount() === known + 1);
    const after = await readMetrics();
    expect(totalOf(after, 'aigc_calls_total', demo)).toBe(counted);
    expect(totalOf(after, 'aigc_workers')).toBe(2);
  },
);

test('sign-ins that fail count together, whichever worker they reach', async () => {
  const email = 'nobody@example.com';
  const statuses = await Promise.all(
    Array.from({ length: 14 }, async () => {
      const { status } = await fetch(`${origin}/trpc/auth.signIn`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', connection: 'close' },
        body: JSON.stringify({ email, password: 'wrong' }),
      });
      return status;
    }),
  );
  expect(statuses.filter((status) => status === 401)).toHaveLength(10);
  expect(statuses.filter((status) => status === 429)).toHaveLength(4);
});

test(
  'killed workers are replaced, time after time, and no place of their calls is lost',
  { timeout: 600_000 },
  async () => {
    // So many that the kernel gives every worker some of them, nearly always.
    const places = 24;
    await limitKey({ concurrency_limit: places });
    const servedBefore = servedCount();
    for (let kill = 0; kill < KILLS; kill += 1) {
      const calls = Array.from({ length: places }, occupy);
      await until('every place is taken', allWait(places));
      expect((await call('held')).status).toBe(429);
      const busy = await busyWorkers(places);
      const victim = busy[kill % busy.length] ?? { pid: 0, calls: 0 };
      process.kill(victim.pid, 'SIGKILL');
      await until('a successor serves', () => servedCount() === servedBefore + kill + 1);
      expect(await workerPids()).not.toContain(victim.pid);
      // Only the dead worker's calls have ended; their places are free, the others' are not.
      let cutOff = 0;
      for (const ended of calls) void ended.then((status) => (cutOff += status === 'cut off' ? 1 : 0));
      await until(
        'the calls of the dead worker have ended, and both sides have noticed',
        () => cutOff === victim.calls && upstream.waiting() === places - cutOff,
        () => ({ kill, victim, cutOff, waiting: upstream.waiting() }),
      );
      const running = upstream.waiting();
      const more = Array.from({ length: places - running }, occupy);
      await until('the places of the dead are free', allWait(places));
      expect((await call('held')).status).toBe(429);
      upstream.answerAll();
      expect(await Promise.all(more)).toEqual(more.map(() => 200));
      const statuses = await Promise.all(calls);
      expect(statuses.filter((status) => status === 200)).toHaveLength(running);
      expect(statuses.filter((status) => status === 'cut off')).toHaveLength(places - running);
    }
    await limitKey({ concurrency_limit: null });
  },
);

test(
  'while the primary process hangs, calls on open connections go on, counted by each worker',
  { timeout: 120_000 },
  async () => {
    await limitKey({ rpm_limit: 1_000, concurrency_limit: 4 });
    // New ones are dealt out by the primary process.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const body = JSON.stringify({ model: 'demo-chat', messages: [{ role: 'user', content: 'Hello' }] });
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const onOpenConnection = () =>
      new Promise((resolve, reject) => {
        const asking = request(`${origin}/v1/chat/completions`, { method: 'POST', agent, headers }, (res) => {
          res.resume().once('end', () => resolve(res.statusCode));
        });
        asking.once('error', reject).end(body);
      });
    expect(await onOpenConnection()).toBe(200);
    product.child.kill('SIGSTOP');
    try {
      for (let turn = 0; turn < 10; turn += 1) expect(await onOpenConnection()).toBe(200);
    } finally {
      product.child.kill('SIGCONT');
    }
    await until('limits are shared again', async () => {
      await onOpenConnection();
      return product.output().includes('together with the other processes again');
    });
    agent.destroy();
    await limitKey({ rpm_limit: null, concurrency_limit: null });
  },
);

test('asked to stop, workers finish what runs, and all ends with 0', { timeout: 120_000 }, async () => {
  const running = Array.from({ length: 6 }, () => call('held'));
  await until('six calls run', allWait(6));
  const pids = await workerPids();
  product.child.kill('SIGTERM');
  await delay(300);
  upstream.answerAll();
  const answers = await Promise.all(running);
  expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
  expect(await product.ended).toBe(0);
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test(
  'when the primary process is killed its workers end, and the next start serves',
  { timeout: 180_000 },
  async () => {
    product = startProduct({ DATA_DIR: dataDir, WORKERS: '2' });
    await product.ready();
    const pids = await workerPids();
    expect(pids).toHaveLength(2);
    product.child.kill('SIGKILL');
    await until('the workers have ended', () =>
      pids.every((pid) => {
        try {
          process.kill(pid, 0);
          return false;
        } catch {
          return true;
        }
      }),
    );
    product = startProduct({ DATA_DIR: dataDir, WORKERS: '2' });
    origin = await product.ready();
    expect((await call('demo-chat')).status).toBe(200);
  },
);

test('asked twice to stop, it cuts off what runs and ends', { timeout: 120_000 }, async () => {
  const running = Array.from({ length: 4 }, () => call('held').catch(() => null));
  await until('four calls run', allWait(4));
  product.child.kill('SIGINT');
  await until('the wait is told', () => product.output().includes('Press Ctrl-C again'));
  product.child.kill('SIGINT');
  expect(await product.ended).toBe(0);
  await Promise.all(running);
  expect(upstream.waiting()).toBe(0);
});

test('a worker that cannot start ends the start with its reason', { timeout: 120_000 }, async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const directory = await mkdtemp(join(tmpdir(), 'aigc-workers-'));
  const taken = startProduct({ DATA_DIR: directory, WORKERS: '2', PORT: String(port) });
  expect(await taken.ended).toBe(1);
  expect(taken.output()).toContain(`Port ${port} is taken by another program.`);
  other.close();
  await rm(directory, { recursive: true, force: true });
});
