// The upstream of every benchmark: HTTP written by hand over sockets, so that it costs little beside the gateways.
// Usage, with a channel for messages: node mock-upstream.ts <chunk interval in ms>
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { STREAM_START, UNARY_ANSWER } from './answers.ts';
import { createPacer } from './pacer.ts';

/** What the mock is asked over its channel. */
export type MockQuestion = 'counts' | 'finish streams';

export interface MockCounts {
  unary: number;
  streams: number;
  openStreams: number;
  chunks: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');
const [, , intervalText = '100'] = process.argv;
const pacer = createPacer(Number(intervalText));
let [unary, streams] = [0, 0];

function answer(socket: Socket, bodyStart: Buffer): void {
  if (bodyStart.includes('"stream":true')) {
    streams += 1;
    socket.write(STREAM_START);
    pacer.add(socket, bodyStart.includes('"include_usage":true'));
  } else {
    unary += 1;
    socket.write(UNARY_ANSWER);
  }
}

function serve(socket: Socket): void {
  /** Bytes of a head that has not come whole. */
  let partial: Buffer | null = null;
  /** The body that is being read: how much is left, or until its last chunk; and its first bytes. */
  let bodyLeft = 0;
  let isChunked = false;
  let bodyStart: Buffer | null = null;

  function readBody(bytes: Buffer): void {
    bodyStart ??= bytes;
    bodyLeft -= bytes.length;
    const isWhole = isChunked ? bytes.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK) : bodyLeft <= 0;
    if (!isWhole) return;
    answer(socket, bodyStart);
    bodyStart = null;
  }

  socket.setNoDelay(true);
  socket.on('data', (received: Buffer) => {
    if (bodyStart !== null) {
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
    isChunked = /\r\ntransfer-encoding: *chunked/i.test(head);
    bodyLeft = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    readBody(bytes.subarray(headEnd + HEAD_END.length));
  });
  // A gateway may drop connections when it likes.
  socket.on('error', () => socket.destroy());
}

const server = createServer(serve);
server.listen({ port: 0, host: '127.0.0.1', backlog: 16_384 }, () => {
  process.stdout.write(`listening on ${(server.address() as AddressInfo).port}\n`);
});
process.on('message', (question: MockQuestion) => {
  if (question === 'finish streams') pacer.finish();
  const counts: MockCounts = { unary, streams, openStreams: pacer.open(), chunks: pacer.chunksSent() };
  process.send?.(counts);
});
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
