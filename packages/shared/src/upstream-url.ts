/** Longest address of an upstream that is accepted, in characters. */
const MAX_UPSTREAM_URL_LENGTH = 2048;

export type UpstreamUrlProblem =
  'empty' | 'too_long' | 'forbidden_character' | 'not_a_url' | 'scheme' | 'credentials' | 'fragment';

export type UpstreamUrl = { ok: true; url: URL } | { ok: false; problem: UpstreamUrlProblem };

// The URL parser drops tabs and line ends and turns backslashes into slashes; an address that needs that
// is read differently by different programs, so it is refused instead.
const FORBIDDEN_CHARACTER = /[\s\\\p{Cc}\p{Cf}]/u;

/**
 * The one place where an upstream's address is parsed: http or https, with a host, without credentials or
 * fragment. A query string is kept, because some upstreams need one (`?api-version=…`).
 */
export function parseUpstreamUrl(text: string): UpstreamUrl {
  if (text === '') return refuse('empty');
  if (text.length > MAX_UPSTREAM_URL_LENGTH) return refuse('too_long');
  if (FORBIDDEN_CHARACTER.test(text)) return refuse('forbidden_character');
  // An address without `//` is left to fail here: the parser would accept `http:host` too.
  const authority = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i.exec(text);
  if (authority === null) return refuse('not_a_url');
  const scheme = authority[1]?.toLowerCase();
  if (scheme !== 'http' && scheme !== 'https') return refuse('scheme');
  const host = authority[2];
  if (host === undefined || host === '') return refuse('not_a_url');
  if (host.includes('@')) return refuse('credentials');
  if (text.includes('#')) return refuse('fragment');
  const url = URL.parse(text);
  return url === null ? refuse('not_a_url') : { ok: true, url };
}

function refuse(problem: UpstreamUrlProblem): UpstreamUrl {
  return { ok: false, problem };
}
