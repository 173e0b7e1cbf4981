/** Set by the connection, or refused: a caller must not name another host or frame its own body. */
const OWNED_BY_THE_CONNECTION: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** A fresh flat list of names and values for one request. */
export function requestHeaders(headers: Record<string, string>): string[] {
  const list = ['accept-encoding', 'identity'];
  let hasUserAgent = false;
  for (const [name, value] of Object.entries(headers)) {
    const lowerName = name.toLowerCase();
    if (OWNED_BY_THE_CONNECTION.has(lowerName)) continue;
    if (lowerName === 'user-agent') hasUserAgent = true;
    list.push(lowerName, value);
  }
  if (!hasUserAgent) list.push('user-agent', 'aigc-space');
  return list;
}
