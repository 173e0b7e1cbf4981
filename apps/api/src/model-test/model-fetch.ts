import type { Endpoint, ProviderDefinition, UpstreamTarget } from '@aigc/providers/definition';
import { RequestDocument } from '@aigc/providers/request-document';
import type { Outbound } from '../outbound/outbound.ts';
import { webStream } from '../web-stream.ts';

export interface ModelFetchOptions {
  definition: ProviderDefinition;
  target: UpstreamTarget;
  outbound: Pick<Outbound, 'fetch'>;
}

/**
 * A `fetch` for the openai package that reaches one model: its provider's definition makes the request, so
 * that a test calls exactly what a program's call would, and the demo answers without a network.
 */
export function createModelFetch({ definition, target, outbound }: ModelFetchOptions): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const endpoint: Endpoint = request.url.endsWith('/embeddings') ? 'embeddings' : 'chat/completions';
    const document = new RequestDocument(Buffer.from(await request.arrayBuffer()));
    const built = definition.buildRequest(target, endpoint, document);
    const body = Buffer.concat([...built.body]);
    const { signal } = request;
    if (definition.answer === undefined) {
      return outbound.fetch(built.url, { method: 'POST', headers: built.headers, body, signal });
    }
    const answer = definition.answer(endpoint, body, signal);
    return new Response(webStream(answer.body), { status: answer.status, headers: answer.headers });
  };
}
