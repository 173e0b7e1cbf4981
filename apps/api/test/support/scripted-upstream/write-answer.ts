import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Behaviour, ScriptedUsage } from './behaviour.ts';
import { errorAnswer } from './error-answer.ts';
import { frameEvent } from './event-framing.ts';

/** An answer's connection as a behaviour writes to it. */
export interface AnswerWriter {
  response: ServerResponse;
  behaviour: Behaviour;
  /** Aborted when the client leaves or the upstream is closed. */
  left: AbortSignal;
  report(usage: ScriptedUsage): void;
  /** Breaks the connection, on the record as the script's doing. */
  cut(): void;
}

interface Payload {
  payload: Record<string, unknown>;
  usage: ScriptedUsage | null;
}

const LONG_LINE_PIECE = Buffer.alloc(64 * 1024, 0x78);
const CONTENT_START = '"content":"';
// Lets what was written reach the client before the connection is reset.
const BEFORE_RESET_MS = 20;

/** Writes a unary JSON answer, with the faults that concern one. */
export async function writeJson(writer: AnswerWriter, answer: Payload): Promise<void> {
  const { response, behaviour } = writer;
  const { fault } = behaviour;
  const headers = { 'content-type': 'application/json', ...behaviour.headers };
  if (fault?.kind === 'long_line') {
    response.writeHead(200, headers);
    await writeAll(writer, Buffer.from('{"id":"'));
    await writeLong(writer, fault.bytes);
    response.end('"}');
    return;
  }
  const json = Buffer.from(JSON.stringify(answer.payload));
  if (fault !== undefined && 'afterEvents' in fault) {
    response.writeHead(200, { ...headers, 'content-length': json.length });
    await writeAll(writer, json.subarray(0, Math.floor(json.length / 2)));
    if (fault.kind === 'hang_mid_stream') return;
    await sleep(BEFORE_RESET_MS);
    writer.cut();
    return;
  }
  const isGzip = fault?.kind === 'gzip';
  const body = isGzip ? gzipSync(json) : fault?.kind === 'invalid_utf8' ? breakUtf8(json) : json;
  response.writeHead(200, {
    ...headers,
    'content-length': body.length,
    ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
  });
  response.end(body);
  if (answer.usage !== null) writer.report(answer.usage);
}

/** Writes the events of a stream and `[DONE]`, with the faults that concern one. */
export async function writeStream(writer: AnswerWriter, answers: readonly Payload[]): Promise<void> {
  const { response, behaviour, left } = writer;
  const { fault, framing } = behaviour;
  const isGzip = fault?.kind === 'gzip';
  const frame = (data: string | Buffer, position: number): Buffer => {
    const event = frameEvent(data, position, framing);
    return isGzip ? gzipSync(event) : event;
  };
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
    ...behaviour.headers,
  });
  response.flushHeaders();
  if (fault?.kind === 'endless') {
    await writeEndless(writer, answers, fault.everyMs);
    return;
  }
  for (const [position, { payload, usage }] of answers.entries()) {
    if (fault !== undefined && 'afterEvents' in fault && position === fault.afterEvents) break;
    if (fault?.kind === 'long_line' && position === 1) {
      await writeAll(writer, Buffer.from('data: {"id":"'));
      await writeLong(writer, fault.bytes);
      await writeAll(writer, Buffer.from('"}\n\n'));
    }
    const json = Buffer.from(JSON.stringify(payload));
    const data = fault?.kind === 'invalid_utf8' ? breakUtf8(json) : json;
    await writeAll(writer, frame(data, position));
    if (usage !== null) writer.report(usage);
    if (behaviour.dripMs !== undefined) await sleep(behaviour.dripMs, undefined, { signal: left });
  }
  switch (fault?.kind) {
    case 'hang_mid_stream':
      return;
    case 'reset_mid_stream':
      await sleep(BEFORE_RESET_MS);
      writer.cut();
      return;
    case 'error_in_stream': {
      const { body } = errorAnswer(500, fault.message === undefined ? {} : { message: fault.message });
      response.end(frame(body, fault.afterEvents));
      return;
    }
    case 'end_mid_stream':
    case 'end_without_done':
      response.end();
      return;
    default:
      await writeAll(writer, frame('[DONE]', answers.length));
      response.end();
  }
}

async function writeEndless(
  writer: AnswerWriter,
  answers: readonly Payload[],
  everyMs: number,
): Promise<void> {
  for (let position = 0; ; position += 1) {
    // Only the content is repeated, never the end.
    const { payload } = answers[Math.min(position, 1)] ?? { payload: {} };
    await writeAll(writer, frameEvent(JSON.stringify(payload), position, writer.behaviour.framing));
    await sleep(everyMs, undefined, { signal: writer.left });
  }
}

async function writeLong(writer: AnswerWriter, bytes: number): Promise<void> {
  for (let sent = 0; sent < bytes; sent += LONG_LINE_PIECE.length) {
    await writeAll(writer, LONG_LINE_PIECE.subarray(0, Math.min(LONG_LINE_PIECE.length, bytes - sent)));
  }
}

/** Writes and waits while the client is slow. Rejects when it has left. */
async function writeAll(writer: AnswerWriter, bytes: Buffer): Promise<void> {
  const { response, behaviour, left } = writer;
  const step = behaviour.framing?.everyByte === true ? 1 : bytes.length;
  for (let at = 0; at < bytes.length; at += step) {
    left.throwIfAborted();
    if (!response.write(bytes.subarray(at, at + step))) {
      await once(response, 'drain', { signal: left });
    } else if (step === 1) {
      await nextTurn();
    }
  }
}

/** The same JSON with bytes that are no UTF-8 inside its content, if it has any. */
function breakUtf8(json: Buffer): Buffer {
  const at = json.indexOf(CONTENT_START);
  if (at === -1) return json;
  const inside = at + CONTENT_START.length;
  return Buffer.concat([json.subarray(0, inside), Buffer.from([0xff, 0xfe, 0xc3]), json.subarray(inside)]);
}
