import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One answer as it came over the wire. */
export interface RawAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
}

/** A connection on which a test writes whatever bytes it likes, and reads answers one after the other. */
export interface RawConnection {
  readonly socket: Socket;
  write(bytes: string | Buffer): void;
  /** The next answer; null: the connection was closed before one was complete. */
  answer(): Promise<RawAnswer | null>;
  /** Resolves once the other side has closed, with the bytes that nobody read as an answer. */
  closed(): Promise<string>;
  close(): void;
}

/** Connects to `http://host:port`. */
export async function openRawConnection(origin: string): Promise<RawConnection> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  socket.setNoDelay(true);
  let received = '';
  let isClosed = false;
  let wake = Promise.withResolvers<void>();
  const tell = (): void => {
    wake.resolve();
    wake = Promise.withResolvers();
  };
  socket.setEncoding('latin1');
  socket.on('data', (bytes: string) => {
    received += bytes;
    tell();
  });
  // A reset is a way of closing here.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isClosed = true;
    tell();
  });
  await once(socket, 'connect');

  return {
    socket,
    write: (bytes) => void socket.write(bytes),
    async answer() {
      for (;;) {
        const parsed = parseAnswer(received);
        if (parsed !== null) {
          received = received.slice(parsed.length);
          return parsed.answer;
        }
        if (isClosed) return null;
        await wake.promise;
      }
    },
    async closed() {
      while (!isClosed) await wake.promise;
      return received;
    },
    close: () => void socket.destroy(),
  };
}

/** Null: not complete yet. */
function parseAnswer(text: string): { answer: RawAnswer; length: number } | null {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd === -1) return null;
  const [statusLine = '', ...lines] = text.slice(0, headEnd).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const status = Number(statusLine.split(' ')[1]);
  const start = headEnd + 4;
  const body =
    headers['transfer-encoding'] === 'chunked' ? chunkedBody(text, start) : plainBody(text, start, headers);
  if (body === null) return null;
  return {
    answer: { status, headers, body: Buffer.from(body.text, 'latin1').toString('utf8') },
    length: body.end,
  };
}

function plainBody(text: string, start: number, headers: Record<string, string>) {
  const end = start + Number(headers['content-length'] ?? 0);
  return text.length < end ? null : { text: text.slice(start, end), end };
}

function chunkedBody(text: string, start: number): { text: string; end: number } | null {
  let body = '';
  let at = start;
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd === -1) return null;
    const size = Number.parseInt(text.slice(at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (text.length < next) return null;
    body += text.slice(lineEnd + 2, lineEnd + 2 + size);
    at = next;
    if (size === 0) return { text: body, end: at };
  }
}
