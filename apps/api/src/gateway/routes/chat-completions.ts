import { parseJsonObject, requireJsonContentType } from '../body/parse-json-object.ts';
import { readBody } from '../body/read-body.ts';
import { authenticate } from '../pipeline/authenticate.ts';
import { parseChatRequest } from '../pipeline/parse-request.ts';
import { runCall } from '../pipeline/run-call.ts';
import { MAX_BODY_BYTES, type EndpointRoute } from './endpoint.ts';

/** https://platform.openai.com/docs/api-reference/chat/create */
export const chatCompletions: EndpointRoute = {
  method: 'POST',
  path: 'chat/completions',
  async handle({ deps, em, pending, http, identified }) {
    const authenticated = await authenticate(deps, em, { req: http.req, identified });
    requireJsonContentType(http.req.headers['content-type']);
    const request = parseChatRequest(parseJsonObject(await readBody(http.req, MAX_BODY_BYTES)));
    await runCall({ deps, em, pending, http, authenticated, request, shape: ({ bytes }) => bytes });
  },
};
