import { parseJsonObject, requireJsonContentType } from '../body/parse-json-object.ts';
import { readBody } from '../body/read-body.ts';
import { authenticate } from '../pipeline/authenticate.ts';
import { parseEmbeddingsRequest } from '../pipeline/parse-request.ts';
import { runCall } from '../pipeline/run-call.ts';
import { shapeEmbeddings } from '../shape-embeddings.ts';
import { MAX_BODY_BYTES, type EndpointRoute } from './endpoint.ts';

/** https://platform.openai.com/docs/api-reference/embeddings/create */
export const embeddings: EndpointRoute = {
  method: 'POST',
  path: 'embeddings',
  async handle({ deps, em, pending, http, identified }) {
    const authenticated = await authenticate(deps, em, { req: http.req, identified });
    requireJsonContentType(http.req.headers['content-type']);
    const request = parseEmbeddingsRequest(parseJsonObject(await readBody(http.req, MAX_BODY_BYTES)));
    const shape = shapeEmbeddings(request.value.encoding_format);
    await runCall({ deps, em, pending, http, authenticated, request, shape });
  },
};
