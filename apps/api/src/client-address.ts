import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';

/** Which hops are believed when they say for whom they ask. */
export interface TrustProxy {
  trusts(address: string): boolean;
  /** Sent by the panel's own server-side loads, which reach the API over loopback on a visitor's behalf. */
  internalToken: string;
}

/** The request's origin, as far as it can be believed. */
type Hops = Pick<IncomingMessage, 'headers'> & { socket: { remoteAddress?: string | undefined } };

/** What the panel's own server-side loads prove themselves with. */
export function newInternalToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Reads `TRUST_PROXY`: addresses and blocks of addresses. Processes that share a port share their token. */
export function createTrustProxy(entries: readonly string[], internalToken = newInternalToken()): TrustProxy {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return {
    internalToken,
    trusts(address) {
      // BlockList answers false for what is no address.
      const family = isIP(address);
      return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
    },
  };
}

/** Of sockets, without the form that IPv4 takes on IPv6 ones: a connection's peer does not change. */
const peers = new WeakMap<object, string>();

function peerOf(socket: Hops['socket']): string {
  let peer = peers.get(socket);
  if (peer === undefined) {
    peer = plainAddress(socket.remoteAddress ?? '');
    // Without an address, the socket is gone, or not connected yet.
    if (peer !== '') peers.set(socket, peer);
  }
  return peer;
}

/** The client's address: the last hop that is not a trusted proxy. Empty if the socket is already gone. */
export function clientAddress(req: Hops, trustProxy: TrustProxy): string {
  let address = peerOf(req.socket);
  // Nobody speaks for somebody else: most requests.
  if (req.headers['x-forwarded-for'] === undefined) return address;
  const chain = forwardedChain(req.headers);
  let isTrusted = isInternal(req.headers, trustProxy) || trustProxy.trusts(address);
  while (isTrusted) {
    const previous = chain.pop();
    if (previous === undefined || isIP(previous) === 0) break;
    address = previous;
    isTrusted = trustProxy.trusts(address);
  }
  return address;
}

/** Whether the client speaks TLS, to us or to a proxy that we trust. */
export function isSecureRequest(req: IncomingMessage, trustProxy: TrustProxy): boolean {
  if ('encrypted' in req.socket && req.socket.encrypted === true) return true;
  const isTrusted =
    isInternal(req.headers, trustProxy) || trustProxy.trusts(plainAddress(req.socket.remoteAddress ?? ''));
  const forwarded = req.headers['x-forwarded-proto'];
  return isTrusted && String(forwarded).split(',', 1)[0]?.trim().toLowerCase() === 'https';
}

function isInternal(headers: IncomingHttpHeaders, { internalToken }: TrustProxy): boolean {
  const given = Buffer.from(String(headers['x-internal-token'] ?? ''));
  const expected = Buffer.from(internalToken);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function forwardedChain(headers: IncomingHttpHeaders): string[] {
  const header = headers['x-forwarded-for'];
  const text = Array.isArray(header) ? header.join(',') : (header ?? '');
  return text
    .split(',')
    .map((hop) => plainAddress(hop.trim()))
    .filter((hop) => hop !== '');
}

/** Without brackets, port and the form that IPv4 takes on an IPv6 socket. */
function plainAddress(text: string): string {
  const address = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}
