import type { OutboundRequest, OutboundResponse } from './outbound.ts';
import { webStream } from '../web-stream.ts';

type Defaults = Omit<OutboundRequest, 'url' | 'method' | 'headers' | 'body'>;

/** Statuses whose response the Fetch standard allows no body. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205]);

/**
 * `fetch` on top of the dispatcher, for the openai package: GET and POST, the request's body read whole
 * before it is sent, redirects never followed. Rejects with `OutboundError`, also while the body is read.
 */
export function bindFetch(
  send: (request: OutboundRequest) => Promise<OutboundResponse>,
  defaults: Defaults,
): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    if (request.method !== 'GET' && request.method !== 'POST') {
      throw new TypeError(`outbound calls are GET or POST, not ${request.method}`);
    }
    const body = request.method === 'POST' ? Buffer.from(await request.arrayBuffer()) : undefined;
    const signals = [request.signal, defaults.signal].filter((signal) => signal !== undefined);
    const answer = await send({
      ...defaults,
      url: request.url,
      method: request.method,
      headers: Object.fromEntries(request.headers),
      body,
      signal: AbortSignal.any(signals),
    });
    const headers = new Headers();
    for (const [name, values] of Object.entries(answer.headers)) {
      for (const value of [values].flat()) headers.append(name, value);
    }
    if (WITHOUT_BODY.has(answer.status)) {
      answer.body.destroy();
      return new Response(null, { status: answer.status, headers });
    }
    return new Response(webStream(answer.body), { status: answer.status, headers });
  };
}
