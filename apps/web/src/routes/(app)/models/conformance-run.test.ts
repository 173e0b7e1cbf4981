import type { ProbeEvent, ProbeResult } from '@aigc/shared/schemas/conformance';
import { PROBES as ALL } from '@aigc/shared/schemas/conformance';
import { expect, it } from 'vitest';
import { ConformanceRun, PROBES } from './conformance-run.svelte.ts';

const result: ProbeResult = { probe: 'tools', verdict: 'yes', note: null, latency_ms: 3 };

async function* events(...given: ProbeEvent[]): AsyncGenerator<ProbeEvent> {
  for (const event of given) yield await Promise.resolve(event);
}

it('knows every probe that there is, in its order', () => {
  expect(PROBES).toEqual(ALL);
});

it('shows what is asked and what was found', async () => {
  const run = new ConformanceRun();
  const isDone = await run.run(async () => {
    await Promise.resolve();
    return events(
      { type: 'start', probe: 'stream' },
      { type: 'start', probe: 'tools' },
      { type: 'found', result },
    );
  });
  expect(isDone).toBe(true);
  expect(run.found.get('tools')).toEqual(result);
  expect(run.running).toBe(false);
  expect([...run.current]).toEqual([]);
});

it('keeps what a call failed with, and nothing of one that was stopped', async () => {
  const run = new ConformanceRun();
  expect(await run.run(() => Promise.reject(new Error('no')))).toBe(false);
  expect(run.failure).toBeInstanceOf(Error);
  const stopped = run.run(
    (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new DOMException('left', 'AbortError')));
      }),
  );
  run.stop();
  expect(await stopped).toBe(false);
  expect(run.failure).toBeUndefined();
});
