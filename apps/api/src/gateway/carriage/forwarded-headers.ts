type Headers = Readonly<Record<string, string>>;

/** Combinations kept for one upstream: clients send few, and whoever sends many is not to fill the memory. */
const MAX_KEPT = 64;

/** One object for the same headers, so that the client can remember what it made of them. */
const kept = new WeakMap<Headers, Map<string, Headers>>();

/** An upstream's headers with those of the client's that it is to be sent unchanged. */
export function withForwarded(headers: Headers, forwarded: Headers | null): Headers {
  if (forwarded === null) return headers;
  let combinations = kept.get(headers);
  if (combinations === undefined) kept.set(headers, (combinations = new Map()));
  const key = JSON.stringify(forwarded);
  let combined = combinations.get(key);
  if (combined === undefined) {
    if (combinations.size >= MAX_KEPT) combinations.clear();
    combinations.set(key, (combined = { ...headers, ...forwarded }));
  }
  return combined;
}
