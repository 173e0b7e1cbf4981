import { AppError } from '@aigc/shared/errors';
import { authenticate } from '../pipeline/authenticate.ts';
import { anthropicStyle } from '../styles/anthropic-style.ts';
import type { EndpointRoute } from './endpoint.ts';

/** What Anthropic's clients may ask for below `/messages` and will not find here, such as batches. */
export const belowMessages: EndpointRoute = {
  method: 'ANY',
  path: 'messages',
  reach: 'below',
  style: anthropicStyle,
  async handle({ deps, identified }) {
    await authenticate(deps, identified);
    throw new AppError('not_found', 'Batches of messages are not served here: send the calls one by one.', {
      param: 'path',
    });
  },
};
