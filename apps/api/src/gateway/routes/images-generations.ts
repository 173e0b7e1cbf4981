import type { EndpointRoute } from './endpoint.ts';
import { parseImageRequest } from './image-requests.ts';
import { handleJsonCall } from './json-call.ts';

/** https://platform.openai.com/docs/api-reference/images/create */
export const imagesGenerations: EndpointRoute = {
  method: 'POST',
  path: 'images/generations',
  handle: (context) =>
    handleJsonCall(context, { parse: (body) => parseImageRequest('images/generations', body), shape: null }),
};
