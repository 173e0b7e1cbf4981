import { AppError } from '@aigc/shared/errors';
import { invalidField } from '../body/request-fields.ts';
import type { ScannedBody } from '../body/scan-body.ts';
import type { ParsedRequest } from '../pipeline/contexts.ts';
import type { EndpointRoute } from './endpoint.ts';
import { handleJsonCall } from './json-call.ts';
import { scoreRequest } from './rerank.ts';

/** Reads what the gateway must know of a request to judge texts or images. @throws AppError */
export function parseModerationRequest(body: ScannedBody): ParsedRequest {
  const kind = body.kindOf('input');
  if (kind === undefined) throw new AppError('missing_field', 'input is required.', { param: 'input' });
  const isList = kind === 'array' && body.itemsOf('input') > 0;
  if (kind !== 'string' && !isList) throw invalidField('input', 'must be a string or a non-empty array');
  return scoreRequest('moderations', body);
}

/** https://platform.openai.com/docs/api-reference/moderations/create */
export const moderations: EndpointRoute = {
  method: 'POST',
  path: 'moderations',
  handle: (context) => handleJsonCall(context, { parse: parseModerationRequest, shape: null }),
};
