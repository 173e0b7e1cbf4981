import { requireJsonContentType } from '../body/parse-json-object.ts';
import { readBodyParts } from '../body/read-body.ts';
import { scanBody } from '../body/scan-body.ts';
import { authenticate } from '../pipeline/authenticate.ts';
import { checkLimits } from '../pipeline/check-limits.ts';
import { parseMessagesRequest } from '../pipeline/parse-messages-request.ts';
import { resolveModel } from '../pipeline/resolve-model.ts';
import { runCall } from '../pipeline/run-call.ts';
import { anthropicStyle } from '../styles/anthropic-style.ts';
import { MAX_BODY_BYTES, type EndpointRoute } from './endpoint.ts';

const ENDPOINT = 'messages/count_tokens';

/**
 * https://platform.claude.com/docs/en/api/messages/count_tokens: asked of the upstream where it can count, else
 * estimated here, which a header says.
 */
export const countTokens: EndpointRoute = {
  method: 'POST',
  path: 'messages/count_tokens',
  style: anthropicStyle,
  async handle({ deps, running, identified }) {
    const { reply } = identified;
    const authenticated = await authenticate(deps, identified);
    requireJsonContentType(reply.req.headers['content-type']);
    const body = scanBody(await readBodyParts(reply.req, MAX_BODY_BYTES));
    const request = parseMessagesRequest(body, reply.req.headers, ENDPOINT);
    const resolved = await resolveModel(deps, { ...authenticated, request });
    const { definition, target } = resolved.model;
    if (definition.serves(ENDPOINT, target)) {
      await runCall({ deps, running, authenticated, request, shape: null });
      return;
    }
    const { permit } = await checkLimits(deps, resolved);
    try {
      reply.isEstimate = true;
      reply.json(200, { input_tokens: await deps.tokens.prompt(body) });
    } finally {
      permit?.end(0);
    }
  },
};
