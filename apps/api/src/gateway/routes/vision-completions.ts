import type { IncomingMessage } from 'node:http';
import { AppError } from '@aigc/shared/errors';
import { parseJsonObject, requireJsonContentType, type JsonObject } from '../body/parse-json-object.ts';
import { readBody } from '../body/read-body.ts';
import { imageTooLarge, MAX_IMAGE_BYTES, readVisionForm } from '../body/read-vision-form.ts';
import { scanBody } from '../body/scan-body.ts';
import { toImageDataUrl } from '../body/to-image-data-url.ts';
import { authenticate } from '../pipeline/authenticate.ts';
import { parseChatRequest } from '../pipeline/parse-request.ts';
import { runCall } from '../pipeline/run-call.ts';
import { MAX_BODY_BYTES, type EndpointContext, type EndpointRoute } from './endpoint.ts';

const DEFAULT_PROMPT = 'Describe this image.';
const DEFAULT_PROMPT_ZH = '请描述这张图片。';

interface VisionInput {
  image: Buffer;
  fields: JsonObject;
}

/** Fields of a form are text; those that the chat API knows as numbers or booleans become that. */
function formValue(name: string, text: string): unknown {
  if (name === 'stream') return text === 'true' || text === '1';
  const isNumber = ['temperature', 'top_p', 'max_tokens', 'max_completion_tokens', 'n', 'seed'].includes(
    name,
  );
  return isNumber && text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** An image in JSON: a data URL or bare base64. Addresses are never fetched. */
function imageOfJson(value: unknown): Buffer {
  if (value === undefined || value === null || value === '') {
    throw new AppError('missing_field', 'image is required: a data URL or base64 text.', { param: 'image' });
  }
  if (typeof value !== 'string') {
    throw new AppError('invalid_field', 'image must be a string: a data URL or base64 text.', {
      param: 'image',
    });
  }
  const match = /^(?:data:[^;,]*;base64,)?([A-Za-z0-9+/_=\s-]+)$/.exec(value);
  if (match?.[1] === undefined) {
    throw new AppError(
      'invalid_image',
      'image must be a data URL or base64 text; addresses are not fetched.',
      {
        param: 'image',
      },
    );
  }
  return Buffer.from(match[1], 'base64');
}

async function readInput(req: IncomingMessage): Promise<VisionInput> {
  const contentType = req.headers['content-type'];
  if (contentType !== undefined && /^multipart\/form-data\b/i.test(contentType)) {
    const form = await readVisionForm(req);
    if (form.image === null || form.image.length === 0) {
      throw new AppError('missing_field', 'image is required: a file in the form field "image".', {
        param: 'image',
      });
    }
    const fields = Object.fromEntries(
      Object.entries(form.fields).map(([name, text]) => [name, formValue(name, text)]),
    );
    return { image: form.image, fields };
  }
  requireJsonContentType(contentType);
  const { image, ...fields } = parseJsonObject(await readBody(req, MAX_BODY_BYTES)).value;
  return { image: imageOfJson(image), fields };
}

/** A chat request that shows the image. `prompt` is optional; other chat parameters pass. */
async function toChatRequest(input: VisionInput, acceptLanguage: string | undefined): Promise<JsonObject> {
  if (input.image.length > MAX_IMAGE_BYTES) throw imageTooLarge();
  const { prompt, messages: _ignored, ...rest } = input.fields;
  if (prompt !== undefined && prompt !== null && typeof prompt !== 'string') {
    throw new AppError('invalid_field', 'prompt must be a string.', { param: 'prompt' });
  }
  const standard = /^zh\b/i.test(acceptLanguage ?? '') ? DEFAULT_PROMPT_ZH : DEFAULT_PROMPT;
  const text = prompt === undefined || prompt === null || prompt.trim() === '' ? standard : prompt;
  const content = [
    { type: 'text', text },
    { type: 'image_url', image_url: { url: await toImageDataUrl(input.image) } },
  ];
  return { ...rest, messages: [{ role: 'user', content }] };
}

/** An uploaded image and a prompt, answered as a chat completion with `recognition_id` and `objects` beside it. */
export const visionCompletions: EndpointRoute = {
  method: 'POST',
  path: 'vision/completions',
  async handle({ deps, running, identified }: EndpointContext) {
    const { req } = identified.reply;
    const authenticated = await authenticate(deps, identified);
    const value = await toChatRequest(await readInput(req), req.headers['accept-language']);
    await runCall({
      deps,
      running,
      authenticated,
      request: parseChatRequest(scanBody(Buffer.from(JSON.stringify(value)))),
      // Vision models that chat name no objects; clients of the older API expect the field all the same.
      shape: (answer) =>
        Buffer.from(JSON.stringify({ ...answer.value(), recognition_id: identified.requestId, objects: [] })),
    });
  },
};
