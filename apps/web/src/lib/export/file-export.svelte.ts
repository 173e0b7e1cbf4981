import { isAbort } from '#lib/errors.ts';
import { RowCounter, type ExportFormat } from './row-counter.ts';
import { savePicker, type SavedFile } from './save-picker.ts';

/** `handed`: the browser downloads it and shows how far it is. */
export type ExportState = 'idle' | 'running' | 'done' | 'failed' | 'cancelled' | 'handed';

export interface ExportRequest {
  href: string;
  format: ExportFormat;
  /** With ending. */
  name: string;
}

/** How often what is shown is brought up to date. */
const showEveryMs = 200;

/**
 * A long file that the server streams, written to disk as it comes: neither side ever holds more than a piece of it.
 * What breaks off or is cancelled leaves no file, so that none can be taken for a whole one. Where the browser cannot
 * write files, it downloads it itself, and marks a broken download as failed.
 */
export class FileExport {
  state = $state<ExportState>('idle');
  rows = $state(0);
  bytes = $state(0);
  /** About how many rows there will be; null: not known. */
  estimate = $state<number | null>(null);
  elapsedMs = $state(0);
  fileName = $state('');
  #controller: AbortController | undefined;

  get running(): boolean {
    return this.state === 'running';
  }

  /** Asks where to put the file and writes it there. Whoever changes their mind then is back where they were. */
  async start(request: ExportRequest): Promise<void> {
    if (this.running) return;
    const pick = savePicker();
    if (!pick) {
      download(request);
      this.state = 'handed';
      return;
    }
    let file: SavedFile;
    try {
      file = await pick({ suggestedName: request.name });
    } catch (error) {
      if (!isAbort(error)) this.state = 'failed';
      return;
    }
    await this.#write(request, file);
  }

  cancel(): void {
    this.#controller?.abort();
  }

  /** Forgets an export that is over. */
  reset(): void {
    if (!this.running) this.state = 'idle';
  }

  async #write({ href, format }: ExportRequest, file: SavedFile): Promise<void> {
    const controller = new AbortController();
    this.#controller = controller;
    this.state = 'running';
    this.rows = this.bytes = this.elapsedMs = 0;
    this.estimate = null;
    this.fileName = file.name;
    const startedMs = performance.now();
    const counter = new RowCounter(format);
    let bytes = 0;
    const show = () => {
      this.rows = counter.rows;
      this.bytes = bytes;
      this.elapsedMs = performance.now() - startedMs;
    };
    const timer = setInterval(show, showEveryMs);
    try {
      const answer = await fetch(href, { signal: controller.signal });
      if (!answer.ok || !answer.body) throw new Error(`status ${answer.status}`);
      this.estimate = estimateOf(answer);
      const writable = await file.createWritable();
      try {
        for await (const piece of piecesOf(answer.body)) {
          counter.add(piece);
          bytes += piece.length;
          await writable.write(piece);
        }
        // The last moment in which it can be cancelled: from here on the file is there.
        controller.signal.throwIfAborted();
        await writable.close();
      } catch (error) {
        await writable.abort().catch(() => {});
        throw error;
      }
      this.state = 'done';
    } catch {
      // Choosing a name has made an empty file.
      await file.remove?.().catch(() => {});
      this.state = controller.signal.aborted ? 'cancelled' : 'failed';
    } finally {
      clearInterval(timer);
      show();
    }
  }
}

/** About how many rows the file of an address has; null: not known. */
export async function askEstimate(href: string, signal: AbortSignal): Promise<number | null> {
  return estimateOf(await fetch(href, { method: 'HEAD', signal }));
}

function estimateOf(answer: Response): number | null {
  const text = answer.headers.get('x-estimated-rows');
  return text === null ? null : Number(text);
}

async function* piecesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = body.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
}

function download({ href, name }: ExportRequest): void {
  const link = document.createElement('a');
  link.href = href;
  link.download = name;
  link.click();
}
