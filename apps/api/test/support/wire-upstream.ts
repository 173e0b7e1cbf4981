import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** What one request is answered with, exactly. */
export interface WireAnswer {
  status?: number;
  headers?: Record<string, string>;
  /** A whole answer. */
  json?: unknown;
  /** A stream: each object an event, named by its `type` if it has one, or the text of an event. */
  events?: readonly (string | object)[];
  /** The stream is written a few bytes at a time, so that events are cut anywhere. */
  isTorn?: boolean;
  /** The stream stays open after its last event. */
  hangs?: boolean;
}

export interface WireRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
  /** The client left before the answer was complete. */
  isAborted: boolean;
}

/** A server that answers with what it is given, whatever protocol that is, and remembers what it was asked. */
export interface WireUpstream {
  /** The address that a user would enter: `http://127.0.0.1:<port>/v1`. */
  readonly baseUrl: string;
  readonly origin: string;
  readonly requests: readonly WireRequest[];
  /** The last request. */
  readonly last: WireRequest;
  /** What the next requests are answered with, one each. */
  next(...answers: WireAnswer[]): void;
  /** How requests are answered from now on for which nothing is queued. */
  answer(how: (request: WireRequest) => WireAnswer): void;
  reset(): void;
  close(): Promise<void>;
}

/** Bytes that are written at once of a torn stream. */
const PIECE_BYTES = 7;

/** Starts one on 127.0.0.1 and a free port. */
export async function startWireUpstream(): Promise<WireUpstream> {
  const requests: WireRequest[] = [];
  const answers: WireAnswer[] = [];
  const unscripted = (): WireAnswer => ({ status: 500, json: { error: 'nothing was scripted' } });
  let how: (request: WireRequest) => WireAnswer = unscripted;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString('utf8');
    const record: WireRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: parse(text),
      isAborted: false,
    };
    requests.push(record);
    response.on('close', () => {
      record.isAborted = !response.writableFinished;
    });
    await write(response, answers.shift() ?? how(record));
  }

  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    origin: `http://127.0.0.1:${port}`,
    requests,
    get last() {
      const last = requests.at(-1);
      if (last === undefined) throw new Error('nothing was asked');
      return last;
    },
    next: (...more) => void answers.push(...more),
    answer: (next) => {
      how = next;
    },
    reset() {
      requests.length = 0;
      answers.length = 0;
      how = unscripted;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function write(response: ServerResponse, answer: WireAnswer): Promise<void> {
  const { status = 200, headers, json, events } = answer;
  if (events === undefined) {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(json ?? {}));
    return;
  }
  response.writeHead(status, { 'content-type': 'text/event-stream; charset=utf-8', ...headers });
  response.flushHeaders();
  const bytes = Buffer.from(events.map(framed).join(''));
  const step = answer.isTorn === true ? PIECE_BYTES : Math.max(1, bytes.length);
  for (let at = 0; at < bytes.length && !response.destroyed; at += step) {
    response.write(bytes.subarray(at, at + step));
    if (step === PIECE_BYTES) await nextTurn();
  }
  if (answer.hangs !== true) response.end();
}

function framed(event: string | object): string {
  if (typeof event === 'string') return event;
  const name = 'type' in event ? `event: ${String(event.type)}\n` : '';
  return `${name}data: ${JSON.stringify(event)}\n\n`;
}

/** Forms and nothing at all count as no members. */
function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
