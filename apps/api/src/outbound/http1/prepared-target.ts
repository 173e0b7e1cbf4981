import type { ExchangeRequest } from '../exchange-handler.ts';
import { requestHeaders } from '../request-headers.ts';
import { requireUpstreamUrl } from '../url-rules.ts';
import { buildRequestHead } from './request-writer.ts';

/** A method, an address and its headers, read and checked once for many calls. */
export interface PreparedTarget {
  method: ExchangeRequest['method'];
  /** As it was given. */
  url: string;
  origin: string;
  /** A name or an address; IPv6 without brackets. */
  hostname: string;
  port: number;
  isHttps: boolean;
  /** As `buildRequestHead` makes it. */
  head: Buffer;
}

/** A set of headers serves a chat and an embeddings address, hardly more. */
const TARGETS_PER_HEADERS = 8;

/**
 * Remembers prepared targets by the identity of their headers, for as long as somebody holds those. The
 * headers are frozen, so that what is sent cannot differ from what the caller reads in them.
 */
export class PreparedTargets {
  readonly #byHeaders = new WeakMap<ExchangeRequest['headers'], PreparedTarget[]>();

  /** @throws OutboundError `invalid_url` or `invalid_request` */
  get(request: ExchangeRequest): PreparedTarget {
    const { url, method, headers } = request;
    const known = this.#byHeaders.get(headers);
    if (known !== undefined) {
      for (const target of known) if (target.url === url && target.method === method) return target;
    }
    const target = prepare(request);
    if (known === undefined) this.#byHeaders.set(Object.freeze(headers), [target]);
    else {
      if (known.length === TARGETS_PER_HEADERS) known.shift();
      known.push(target);
    }
    return target;
  }
}

function prepare({ url: text, method, headers }: ExchangeRequest): PreparedTarget {
  const url = requireUpstreamUrl(text);
  const isHttps = url.protocol === 'https:';
  return {
    method,
    url: text,
    origin: url.origin,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (isHttps ? 443 : 80),
    isHttps,
    head: buildRequestHead(method, url, requestHeaders(headers)),
  };
}
