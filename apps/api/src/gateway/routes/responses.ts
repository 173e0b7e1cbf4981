import { AppError } from '@aigc/shared/errors';
import {
  invalidField,
  isGiven,
  MAX_OUTPUT_TOKENS,
  modelOf,
  optionalBoolean,
  optionalCount,
} from '../body/request-fields.ts';
import type { ScannedBody } from '../body/scan-body.ts';
import type { ParsedRequest } from '../pipeline/contexts.ts';
import type { EndpointRoute } from './endpoint.ts';
import { handleJsonCall } from './json-call.ts';

/** Parameters with which the upstream reads more than the request holds: earlier turns, or what its tools find. */
const FILLING = ['previous_response_id', 'conversation', 'prompt'];

function requireInput(body: ScannedBody): void {
  const kind = body.kindOf('input');
  if (kind === undefined) {
    if (isGiven(body.read('prompt')) || isGiven(body.read('previous_response_id'))) return;
    throw new AppError('missing_field', 'input is required.', { param: 'input' });
  }
  const isText = kind === 'string';
  const isList = kind === 'array' && body.itemsOf('input') > 0;
  if (!isText && !isList) throw invalidField('input', 'must be a string or a non-empty array of items');
}

function hasHostedTool(body: ScannedBody): boolean {
  const tools = body.read('tools');
  if (!Array.isArray(tools)) return false;
  return tools.some((tool: unknown) => {
    const type = (tool as { type?: unknown } | null)?.type;
    return type !== 'function' && type !== 'custom';
  });
}

/** Reads what the gateway must know of a request for a response. @throws AppError */
export function parseResponsesRequest(body: ScannedBody): ParsedRequest {
  requireInput(body);
  if (optionalBoolean(body, 'background')) {
    throw new AppError(
      'invalid_field',
      'background is not supported: responses are not kept here, so nobody could fetch it.',
      { param: 'background' },
    );
  }
  return {
    endpoint: 'responses',
    body,
    model: modelOf(body),
    isStream: optionalBoolean(body, 'stream'),
    // Those of a response are others than those of a chat.
    streamOptions: null,
    wantsUsage: false,
    hasImage: body.media.images > 0,
    outputLimit: optionalCount(body, 'max_output_tokens', MAX_OUTPUT_TOKENS),
    completions: 1,
    fillsContext: FILLING.some((name) => isGiven(body.read(name))) || hasHostedTool(body),
    forwardedHeaders: null,
  };
}

/** https://platform.openai.com/docs/api-reference/responses/create; what follows the path is a kept response. */
export const responses: EndpointRoute = {
  method: 'POST',
  path: 'responses',
  handle: (context) => handleJsonCall(context, { parse: parseResponsesRequest, shape: null }),
};
