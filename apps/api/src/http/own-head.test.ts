import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { writeOwnHead } from './own-head.ts';

const HEAD = ['x-request-id', 'req_1', 'content-type', 'application/json', 'content-length', '2'];

/** Everything that a connection gets for these requests, until it is closed. */
async function bytesOf(
  answer: (res: ServerResponse) => void,
  request: string,
  keepAliveTimeout = 5_000,
): Promise<string> {
  const server = createServer({ keepAliveTimeout }, (req, res) => {
    req.resume();
    answer(res);
    res.end('{}', 'latin1');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => (text += part));
  socket.write(request);
  await once(socket, 'close');
  server.close();
  return text.replaceAll(/Date: [^\r]+/g, 'Date: now');
}

const get = (more: string) => `GET / HTTP/1.1\r\nhost: a\r\n${more}\r\n`;
const last = get('connection: close\r\n');

test.each([
  ['one request', last],
  ['requests on a kept connection', get('') + get('') + last],
  ['HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n'],
  ['HEAD', `HEAD / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`],
  ['a client that waits to be told to go on', get('expect: 100-continue\r\n') + last],
])('what the client gets is byte for byte what writeHead would have sent: %s', async (_, request) => {
  const own = await bytesOf((res) => writeOwnHead(res, HEAD), request);
  expect(own).toBe(await bytesOf((res) => res.writeHead(200, HEAD), request));
  expect(own).toContain('x-request-id: req_1\r\n');
});
