import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, expect, test } from 'vitest';
import { scanBody } from '../body/scan-body.ts';
import { createTokenEstimator, type TokenEstimator, type TokenEstimatorOptions } from './token-estimator.ts';

const HEAVY_WORDS = 'antidisestablishmentarianism-'.repeat(30);
const open: TokenEstimator[] = [];

function estimator(options: TokenEstimatorOptions = {}): TokenEstimator {
  const created = createTokenEstimator({ deadlineMs: 20_000, ...options });
  open.push(created);
  return created;
}

const request = (content: unknown) =>
  scanBody(Buffer.from(JSON.stringify({ messages: [{ role: 'user', content }] })));

const worker = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`);
const CRASHES = worker(`throw new Error('no');`);
const IMPORT = `import { parentPort } from 'node:worker_threads';`;
const READY = 'parentPort.postMessage({ id: 0, tokens: null });';
const HANGS = worker(`${IMPORT} parentPort.on('message', () => { for (;;); }); ${READY}`);
const LOADS_SLOWLY = worker(
  `${IMPORT} parentPort.on('message', ({ id }) => parentPort.postMessage({ id, tokens: 42 }));
   Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500); ${READY}`,
);

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

test('prompts and answers are counted, many at once, each its own', async () => {
  const subject = estimator();
  const texts = Array.from({ length: 20 }, (_, index) => 'word '.repeat(index * 10));
  const counts = await Promise.all(texts.map((text) => subject.prompt(request(text))));
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  expect(counts[19]).toBeGreaterThan(150);
  const answer = scanBody(Buffer.from('{"choices":[{"message":{"content":"Hello world"}}]}'));
  expect(await subject.answer(answer)).toBe(2);
});

test.each([
  ['a crash of the thread', { workerFile: CRASHES }],
  ['a missed deadline', { workerFile: HANGS, deadlineMs: 50 }],
])(
  '%s leaves an estimate by size, without media, and the next call has a new thread',
  async (_name, options) => {
    const subject = estimator(options);
    const image = { type: 'image_url', image_url: { url: `data:,${'A'.repeat(100_000)}` } };
    for (let call = 0; call < 3; call += 1) {
      const tokens = await subject.prompt(request([image, { type: 'text', text: 'x'.repeat(4000) }]));
      expect(tokens).toBeGreaterThanOrEqual(1000);
      expect(tokens).toBeLessThan(1100);
    }
  },
);

test('a thread that is slow to start is waited for by the next, not by the first', async () => {
  const subject = estimator({ workerFile: LOADS_SLOWLY, deadlineMs: 100 });
  const body = request('x');
  expect(await subject.prompt(body)).toBe(Math.ceil(body.byteLength / 4));
  await expect.poll(() => subject.prompt(body), { timeout: 5000 }).toBe(42);
});

test('a body that cannot be counted is estimated by its size', async () => {
  const text = `{"messages":[{"role":"user","content":"\\x${'y'.repeat(100_000)}"}]}`;
  // A long string whose inside is wrong passes the scan of a large body when the fault is far in.
  const body = scanBody(Buffer.from(text.replace('\\x', '').replace(/y"/, 'y\\x"')));
  expect(await estimator().prompt(body)).toBe(Math.ceil(body.bytes.length / 4));
});

test('more waiting than the queue takes are estimated at once', async () => {
  const subject = estimator({ workerFile: HANGS, deadlineMs: 2000 });
  const first = Array.from({ length: 256 }, () => subject.prompt(request('x')));
  const body = request('x');
  expect(await subject.prompt(body)).toBe(Math.ceil(body.bytes.length / 4));
  await subject.close();
  await Promise.all(first);
});

test('closing leaves nobody waiting', async () => {
  const subject = estimator({ workerFile: HANGS });
  const waiting = subject.prompt(request('x'));
  await subject.close();
  expect(await waiting).toBeGreaterThan(0);
});

test('texts that are slow to count delay no other call', async () => {
  const subject = estimator();
  await subject.prompt(request('a first one, to start the thread'));
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const counts = await Promise.all(
    Array.from({ length: 5 }, () => [
      subject.prompt(request('a'.repeat(100_000))),
      subject.prompt(request(HEAVY_WORDS.repeat(100))),
    ]).flat(),
  );
  delay.disable();
  expect(counts[0]).toBeGreaterThanOrEqual(100_000);
  // The thread is busy for longer than this; the machine may be, too.
  expect(delay.max / 1e6).toBeLessThan(1000);
});
