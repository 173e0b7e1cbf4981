import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Answers by the code of Node's parser; what is not named here is 400. */
const STATUSES: Record<string, [number, string]> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'Payload Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
};

const LAST_ANSWER = Symbol('the answer to the last request of a connection');
const IS_BROKEN = Symbol('a connection on which nothing more is understood');

interface ClientSocket extends Socket {
  [LAST_ANSWER]?: ServerResponse;
  [IS_BROKEN]?: true;
}

/** To be told of every request: a broken one must not be answered before those that came before it. */
export function noteRequest({ socket }: IncomingMessage, res: ServerResponse): void {
  (socket as ClientSocket)[LAST_ANSWER] = res;
}

/** The answer to the last request of a connection, sent or not; undefined before the first one. */
export function lastAnswer(socket: Socket): ServerResponse | undefined {
  return (socket as ClientSocket)[LAST_ANSWER];
}

/**
 * Node's parser does not understand what a connection sends: tells the client once, behind the answers it still
 * waits for, and closes. Nothing that follows on the connection is read.
 */
export function answerBrokenRequest(error: Error & { code?: string }, socket: ClientSocket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  // The parser complains again about every piece that comes.
  if (socket[IS_BROKEN] === true) return;
  socket[IS_BROKEN] = true;
  const [status, reason] = STATUSES[error.code ?? ''] ?? [400, 'Bad Request'];
  const body = envelope(`${reason}.`);
  const last = lastAnswer(socket);
  if (last === undefined || last.writableFinished) end(socket, { status, reason, body });
  else if (last.req.complete) {
    // That request was whole: what is broken came behind it.
    last.shouldKeepAlive = true;
    last.once('finish', () => end(socket, { status, reason, body }));
  } else if (last.headersSent) socket.destroy();
  else {
    last.writeHead(status, reason, { 'content-type': 'application/json', connection: 'close' });
    last.end(body);
  }
}

/** Why a request cannot be served whatever it asks for, or null: HTTP/1.1 demands one host, and one only. */
export function hostFault({ rawHeaders, httpVersionMinor }: IncomingMessage): string | null {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  if (hosts > 1) return 'The request names more than one host.';
  return hosts === 0 && httpVersionMinor > 0 ? 'The request names no host.' : null;
}

/** Refuses a whole request, and everything behind it. */
export function refuseRequest(res: ServerResponse, message: string): void {
  res.writeHead(400, { 'content-type': 'application/json', connection: 'close' });
  res.end(envelope(message));
}

/** No request object exists, so the answer is written by hand. */
function end(
  socket: Socket,
  { status, reason, body }: { status: number; reason: string; body: string },
): void {
  if (!socket.writable) return;
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

function envelope(message: string): string {
  return JSON.stringify({
    error: { message, type: 'invalid_request_error', param: null, code: 'invalid_field' },
  });
}
