import type { ChatMapping, Endpoint, JsonObject, ProviderDefinition } from '../src/definition.ts';
import { parseJson } from '../src/json-values.ts';
import { RequestDocument } from '../src/request-document.ts';

/** How an endpoint that a dialect serves looks to the contract test: requests, answers and events pass as they are. */
export function passedMapping(definition: ProviderDefinition, endpoint: Endpoint): ChatMapping {
  return {
    request(request, { target }) {
      const document = new RequestDocument(Buffer.from(JSON.stringify(request)));
      const { url, headers, body } = definition.buildRequest(target, endpoint, document);
      const sent = parseJson(Buffer.concat([...body]).toString('utf8')) as JsonObject;
      return { url, headers, body: sent, parameters: { mapped: [], dropped: [] } };
    },
    answer: (answer) => answer,
    openStream: () => ({
      read: ({ data }) => (data === '[DONE]' ? [] : [parseJson(data) as JsonObject]),
      end: () => [],
    }),
  };
}
