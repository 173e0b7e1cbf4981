import type { Socket } from 'node:net';
import type { ExchangeRequest } from '../exchange-handler.ts';
import { OutboundError } from '../outbound-error.ts';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Outside these a value would end its line, or be another one in the server's eyes. */
const NOT_IN_VALUE = /[^\t\x20-\x7e\x80-\xff]/;
const CRLF = '\r\n';
/** Bodies up to this are cheaper to copy behind the head than to send as a second part. */
const MAX_JOINED_BYTES = 16 * 1024;

/** The request line and the headers, all but the last: the length of the body. @throws OutboundError */
export function buildRequestHead(
  method: ExchangeRequest['method'],
  url: URL,
  headerList: readonly string[],
): Buffer {
  let head = `${method} ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: keep-alive\r\n`;
  for (let index = 0; index < headerList.length; index += 2) {
    const name = headerList[index] ?? '';
    const value = headerList[index + 1] ?? '';
    if (!TOKEN.test(name) || NOT_IN_VALUE.test(value)) throw new OutboundError('invalid_request');
    head += `${name}: ${value}\r\n`;
  }
  return Buffer.from(head, 'latin1');
}

/** Sends a request: a small one in one piece, the body of a larger one without copying it. */
export function writeRequest(socket: Socket, head: Buffer, { method, body }: ExchangeRequest): void {
  let bodyBytes = 0;
  for (const part of body) bodyBytes += part.length;
  const rest = method === 'GET' && bodyBytes === 0 ? CRLF : `content-length: ${bodyBytes}\r\n\r\n`;
  const joined = bodyBytes <= MAX_JOINED_BYTES;
  const message = Buffer.allocUnsafe(head.length + rest.length + (joined ? bodyBytes : 0));
  head.copy(message, 0);
  let offset = head.length + message.write(rest, head.length, 'latin1');
  if (joined) {
    for (const part of body) offset += part.copy(message, offset);
    socket.write(message);
    return;
  }
  socket.cork();
  socket.write(message);
  for (const part of body) socket.write(part);
  socket.uncork();
}
