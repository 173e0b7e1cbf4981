import { parentPort } from 'node:worker_threads';
import { isJsonObject } from '../body/parse-json-object.ts';
import { countAnswer, countPrompt } from './count-body.ts';

/** A body to be counted. */
export interface CountJob {
  id: number;
  kind: 'prompt' | 'answer';
  /** JSON. */
  bytes: Uint8Array<ArrayBuffer>;
}

/** `tokens` is null when the body could not be counted. The first message, of job 0, says that the thread is ready. */
export interface CountResult {
  id: number;
  tokens: number | null;
}

function count({ kind, bytes }: CountJob): number | null {
  try {
    const body: unknown = JSON.parse(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(),
    );
    if (!isJsonObject(body)) return null;
    return kind === 'prompt' ? countPrompt(body) : countAnswer(body);
  } catch {
    // The insides of long strings were not looked at before.
    return null;
  }
}

function send(result: CountResult): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  parentPort?.postMessage(result);
}

/** The thread that counts tokens, so that no text can delay the calls of others. */
parentPort?.on('message', (job: CountJob) => send({ id: job.id, tokens: count(job) }));
send({ id: 0, tokens: null });
