import { connect, type Socket } from 'node:net';

export interface ConnectionEvents {
  /** The answer has come whole. */
  onAnswer(status: number): void;
  /** Bytes of an answer's body, as they came. */
  onBody?(bytes: Buffer): void;
  /** The connection broke while an answer was awaited. */
  onBroken(reason: string): void;
}

/** One kept connection that sends a request and reads its answer, as cheaply as it can be done here. */
export interface Connection {
  send(request: readonly Buffer[]): void;
  close(): void;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

export function openConnection(port: number, events: ConnectionEvents): Connection {
  let socket: Socket | null = null;
  let isWaiting = false;
  let isClosed = false;
  let partial: Buffer | null = null;
  let isInBody = false;
  let [status, bodyLeft, isChunked] = [0, 0, false];
  let tail: Buffer = Buffer.alloc(0);

  function readBody(bytes: Buffer): void {
    events.onBody?.(bytes);
    bodyLeft -= bytes.length;
    if (isChunked) {
      // The last chunk may come in pieces.
      tail =
        bytes.length >= LAST_CHUNK.length ? bytes : Buffer.concat([tail.subarray(-LAST_CHUNK.length), bytes]);
      if (!tail.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)) return;
    } else if (bodyLeft > 0) return;
    isInBody = false;
    isWaiting = false;
    events.onAnswer(status);
  }

  function read(received: Buffer): void {
    if (isInBody) {
      readBody(received);
      return;
    }
    const bytes: Buffer = partial === null ? received : Buffer.concat([partial, received]);
    const headEnd = bytes.indexOf(HEAD_END);
    if (headEnd < 0) {
      partial = bytes;
      return;
    }
    partial = null;
    const head = bytes.toString('latin1', 0, headEnd);
    status = Number(head.slice(9, 12));
    isChunked = /\r\ntransfer-encoding: *chunked/i.test(head);
    bodyLeft = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    tail = Buffer.alloc(0);
    isInBody = true;
    readBody(bytes.subarray(headEnd + HEAD_END.length));
  }

  function open(): Socket {
    const opened = connect({ port, host: '127.0.0.1', noDelay: true });
    let reason = 'closed';
    opened.on('data', read);
    opened.on('error', (error) => (reason = error.message));
    opened.on('close', () => {
      if (socket === opened) socket = null;
      [isInBody, partial] = [false, null];
      if (isWaiting && !isClosed) {
        isWaiting = false;
        events.onBroken(reason);
      }
    });
    return opened;
  }

  return {
    send(request) {
      isWaiting = true;
      socket ??= open();
      if (request.length > 1) socket.cork();
      for (const part of request) socket.write(part);
      if (request.length > 1) socket.uncork();
    },
    close() {
      isClosed = true;
      socket?.destroy();
    },
  };
}
