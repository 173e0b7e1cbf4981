import { AppError } from '@aigc/shared/errors';
import { IMAGE_TOKENS } from '../body/prompt-bound.ts';
import { filesOf } from '../form/form-request.ts';
import type { EndpointRoute } from './endpoint.ts';
import { handleFormCall } from './form-call.ts';
import { parseImageRequest } from './image-requests.ts';

/** Sixteen images and a mask, of which all together have this size. */
const LIMITS = { maxFiles: 17, maxFileBytes: 64 * 1024 * 1024 };

/** https://platform.openai.com/docs/api-reference/images/createEdit */
export const imagesEdits: EndpointRoute = {
  method: 'POST',
  path: 'images/edits',
  handle: (context) =>
    handleFormCall(context, {
      limits: LIMITS,
      parse(body, form) {
        const images = filesOf(form).filter(({ name }) => name === 'image' || name === 'image[]');
        if (images.length === 0) {
          throw new AppError('missing_field', 'image is required: a file in the form field "image".', {
            param: 'image',
          });
        }
        const extraPromptTokens = images.length * IMAGE_TOKENS;
        return { ...parseImageRequest('images/edits', body), form, extraPromptTokens };
      },
    }),
};
