import { RequestDocument } from '@aigc/providers/request-document';
import { callShaped, type ShapedUpstream } from '../connection-test/shaped-upstream.ts';
import { bindFetch } from '../outbound/bound-fetch.ts';
import type { Trust } from '../outbound/outbound-error.ts';
import { webStream } from '../web-stream.ts';

/**
 * A `fetch` for the openai package that reaches one model: its provider's definition makes the request and
 * reads the answer, so that a test calls exactly what a program's call would, and the demo answers without a network.
 */
export function createModelFetch(upstream: ShapedUpstream, trust: Trust = 'operator'): typeof fetch {
  const { definition, target } = upstream;
  const endpointOf = (url: URL | string) =>
    String(url).endsWith('/embeddings') ? 'embeddings' : 'chat/completions';
  if (definition.answer === undefined) {
    return bindFetch((request) => callShaped(upstream, endpointOf(request.url), request), { trust });
  }
  return async (input, init) => {
    const request = new Request(input, init);
    const endpoint = endpointOf(request.url);
    const document = new RequestDocument(Buffer.from(await request.arrayBuffer()));
    const { body } = definition.buildRequest(target, endpoint, document);
    const answer = definition.answer?.(endpoint, Buffer.concat([...body]), request.signal);
    if (answer === undefined) throw new TypeError('the definition answers no more');
    return new Response(webStream(answer.body), { status: answer.status, headers: answer.headers });
  };
}
