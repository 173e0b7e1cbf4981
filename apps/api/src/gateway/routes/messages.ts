import { parseMessagesRequest } from '../pipeline/parse-messages-request.ts';
import { anthropicStyle } from '../styles/anthropic-style.ts';
import type { EndpointRoute } from './endpoint.ts';
import { handleJsonCall } from './json-call.ts';

/** https://platform.claude.com/docs/en/api/messages/create */
export const messages: EndpointRoute = {
  method: 'POST',
  path: 'messages',
  style: anthropicStyle,
  handle: (context) =>
    handleJsonCall(context, {
      parse: (body) => parseMessagesRequest(body, context.identified.reply.req.headers, 'messages'),
      shape: null,
    }),
};
