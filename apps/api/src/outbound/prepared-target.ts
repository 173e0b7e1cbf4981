import { requestHeaders } from './request-headers.ts';
import { requireUpstreamUrl } from './url-rules.ts';

/** An address and its headers, read and checked once for many calls. */
export interface PreparedTarget {
  /** As it was given. */
  url: string;
  origin: string;
  /** Path and query. */
  path: string;
  /** Names and values in turn, as they are sent. */
  headerList: readonly string[];
}

/** A set of headers serves a chat and an embeddings address, hardly more. */
const TARGETS_PER_HEADERS = 8;

/**
 * Remembers prepared targets by the identity of their headers, for as long as somebody holds those. The
 * headers are frozen, so that what is sent cannot differ from what the caller reads in them.
 */
export class PreparedTargets {
  readonly #byHeaders = new WeakMap<Readonly<Record<string, string>>, PreparedTarget[]>();

  /** @throws OutboundError `invalid_url` */
  get(url: string, headers: Readonly<Record<string, string>>): PreparedTarget {
    const known = this.#byHeaders.get(headers);
    if (known !== undefined) {
      for (const target of known) if (target.url === url) return target;
    }
    const { origin, pathname, search } = requireUpstreamUrl(url);
    const target = { url, origin, path: `${pathname}${search}`, headerList: requestHeaders(headers) };
    if (known === undefined) this.#byHeaders.set(Object.freeze(headers), [target]);
    else {
      if (known.length === TARGETS_PER_HEADERS) known.shift();
      known.push(target);
    }
    return target;
  }
}
