import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { isLoopbackHost } from './loopback.ts';

export interface GuardOptions {
  /** The address the server is bound to. */
  host: string;
  publicUrl: URL | null;
}

/** A name or address and perhaps a port: nothing that a URL parser could read as more than a host. */
const HOST_HEADER = /^[\w.:[\]-]+$/;

/**
 * Protects a signed-in browser from other sites.
 *
 * - Host: a name that an attacker's DNS points at this machine must not be answered (DNS rebinding). Bound to
 *   loopback, only loopback names and PUBLIC_URL's host are; bound to another address, every name until PUBLIC_URL
 *   says which one is meant. Addresses are always answered: a rebound page has a name.
 * - Origin: a state change must come from a page of our own.
 */
export function createRequestGuard({ host, publicUrl }: GuardOptions) {
  const isNameFree = publicUrl === null && !isLoopbackHost(host);

  function isHostAllowed(req: IncomingMessage): boolean {
    const header = req.headers.host ?? '';
    const given = HOST_HEADER.test(header) ? URL.parse(`http://${header}`) : null;
    if (given === null) return false;
    const name = given.hostname.replace(/^\[|\]$/g, '');
    if (isNameFree || isLoopbackHost(name) || name === host.toLowerCase()) return true;
    if (publicUrl !== null && name === publicUrl.hostname.replace(/^\[|\]$/g, '')) return true;
    return isIP(name) !== 0 && !isLoopbackHost(host);
  }

  /** Browsers send `Origin` with every POST; programs send neither of the two headers. */
  function isOriginAllowed(req: IncomingMessage): boolean {
    const { origin, host: ownHost } = req.headers;
    if (origin === undefined) {
      const site = req.headers['sec-fetch-site'];
      return site === undefined || site === 'same-origin' || site === 'none';
    }
    if (publicUrl !== null && origin === publicUrl.origin) return true;
    // A proxy in front may speak TLS, so the scheme cannot be compared.
    return URL.parse(origin)?.host === ownHost?.toLowerCase();
  }

  return { isHostAllowed, isOriginAllowed };
}

export type RequestGuard = ReturnType<typeof createRequestGuard>;

/** Whether the method may change something. */
export function isStateChange(method: string | undefined): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
}
