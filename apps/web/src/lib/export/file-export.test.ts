import { afterEach, expect, it, vi } from 'vitest';
import { FileExport } from './file-export.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

/** A file on a disk that keeps what is closed and nothing else. */
function disk() {
  const kept = { text: undefined as string | undefined, removed: false };
  let written = '';
  vi.stubGlobal('showSaveFilePicker', () =>
    Promise.resolve({
      name: 'calls.ndjson',
      createWritable: () =>
        Promise.resolve({
          write: (data: Uint8Array) => Promise.resolve(void (written += new TextDecoder().decode(data))),
          close: () => Promise.resolve(void (kept.text = written)),
          abort: () => Promise.resolve(),
        }),
      remove: () => Promise.resolve(void (kept.removed = true)),
    }),
  );
  return kept;
}

/** The server sends these pieces, and then ends, breaks off or waits. */
function server(pieces: readonly string[], then: 'ends' | 'breaks' | 'waits') {
  vi.stubGlobal('fetch', (_href: string, { signal }: { signal: AbortSignal }) => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        signal.addEventListener('abort', () => controller.error(new DOMException('', 'AbortError')));
        for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
        if (then === 'ends') controller.close();
      },
      pull(controller) {
        if (then === 'breaks') controller.error(new TypeError('network error'));
      },
    });
    return Promise.resolve(new Response(body, { headers: { 'x-estimated-rows': '3' } }));
  });
}

const request = { href: '/file', format: 'ndjson', name: 'calls.ndjson' } as const;

it('writes the file as it comes and counts its rows', async () => {
  const kept = disk();
  server(['{}\n{}', '\n{}\n'], 'ends');
  const run = new FileExport();
  await run.start(request);
  expect(run).toMatchObject({ state: 'done', rows: 3, estimate: 3, bytes: 9, fileName: 'calls.ndjson' });
  expect(kept).toEqual({ text: '{}\n{}\n{}\n', removed: false });
});

it('leaves no file when the connection breaks in the middle', async () => {
  const kept = disk();
  server(['{}\n{}\n'], 'breaks');
  const run = new FileExport();
  await run.start(request);
  expect(run.state).toBe('failed');
  expect(kept).toEqual({ text: undefined, removed: true });
});

it('leaves no file when it is cancelled, and can be started again', async () => {
  const kept = disk();
  server(['{}\n'], 'waits');
  const run = new FileExport();
  const running = run.start(request);
  await vi.waitFor(() => expect(run.rows).toBe(1));
  run.cancel();
  await running;
  expect(run.state).toBe('cancelled');
  expect(kept).toEqual({ text: undefined, removed: true });
  server(['{}\n'], 'ends');
  await run.start(request);
  expect(run.state).toBe('done');
  expect(kept.text).toContain('{}\n');
});

it('leaves no file of a refusal', async () => {
  const kept = disk();
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('{"error":{}}', { status: 403 })));
  const run = new FileExport();
  await run.start(request);
  expect(run.state).toBe('failed');
  expect(kept).toEqual({ text: undefined, removed: true });
});

it('changes nothing when nobody chooses a place for the file', async () => {
  vi.stubGlobal('showSaveFilePicker', () => Promise.reject(new DOMException('', 'AbortError')));
  const run = new FileExport();
  await run.start(request);
  expect(run.state).toBe('idle');
});
