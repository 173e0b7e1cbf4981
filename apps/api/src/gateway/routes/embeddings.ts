import { parseEmbeddingsRequest } from '../pipeline/parse-request.ts';
import { shapeEmbeddings } from '../shape-embeddings.ts';
import type { EndpointRoute } from './endpoint.ts';
import { handleJsonCall } from './json-call.ts';

/** https://platform.openai.com/docs/api-reference/embeddings/create */
export const embeddings: EndpointRoute = {
  method: 'POST',
  path: 'embeddings',
  handle: (context) =>
    handleJsonCall(context, {
      parse: parseEmbeddingsRequest,
      shape: ({ body }) => shapeEmbeddings(body.read('encoding_format')),
    }),
};
