import { AppError } from '@aigc/shared/errors';
import { invalidField, MAX_OUTPUT_TOKENS, modelOf } from '../body/request-fields.ts';
import type { ScannedBody } from '../body/scan-body.ts';
import type { ParsedRequest } from '../pipeline/contexts.ts';

/** Images in one call; OpenAI allows ten. */
const MAX_IMAGES = 16;

/** In a form, everything is text. */
function countOfImages(body: ScannedBody): number {
  const given = body.read('n') ?? 1;
  const n = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  if (typeof n !== 'number' || !Number.isInteger(n) || n < 1 || n > MAX_IMAGES) {
    throw invalidField('n', `must be a whole number from 1 to ${MAX_IMAGES}`);
  }
  return n;
}

/** True or false, in a form as text. @throws AppError */
export function readFlag(body: ScannedBody, name: string): boolean {
  const given = body.read(name) ?? false;
  if (given === true || given === 'true' || given === '1') return true;
  if (given === false || given === 'false' || given === '0' || given === '') return false;
  throw invalidField(name, 'must be true or false');
}

/** Reads what the gateway must know of a request for images. @throws AppError */
export function parseImageRequest(
  endpoint: 'images/generations' | 'images/edits',
  body: ScannedBody,
): ParsedRequest {
  const prompt = body.read('prompt');
  if (prompt === undefined || prompt === null || prompt === '') {
    throw new AppError('missing_field', 'prompt is required.', { param: 'prompt' });
  }
  if (typeof prompt !== 'string') throw invalidField('prompt', 'must be a string');
  const images = countOfImages(body);
  return {
    endpoint,
    body,
    model: modelOf(body),
    isStream: readFlag(body, 'stream'),
    streamOptions: null,
    wantsUsage: false,
    hasImage: false,
    // The endpoint has no such limit: what an image can cost is bounded by its model alone.
    outputLimit: MAX_OUTPUT_TOKENS,
    completions: images,
    detailBounds: { images },
    forwardedHeaders: null,
  };
}
