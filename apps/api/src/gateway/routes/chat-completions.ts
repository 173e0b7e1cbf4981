import { parseChatRequest } from '../pipeline/parse-request.ts';
import type { EndpointRoute } from './endpoint.ts';
import { handleJsonCall } from './json-call.ts';

/** https://platform.openai.com/docs/api-reference/chat/create */
export const chatCompletions: EndpointRoute = {
  method: 'POST',
  path: 'chat/completions',
  handle: (context) => handleJsonCall(context, { parse: parseChatRequest, shape: null }),
};
