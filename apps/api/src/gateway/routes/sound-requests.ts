import { AppError } from '@aigc/shared/errors';
import { invalidField, MAX_OUTPUT_TOKENS, modelOf } from '../body/request-fields.ts';
import type { ScannedBody } from '../body/scan-body.ts';
import { filesOf, type FormRequest } from '../form/form-request.ts';
import { longestSeconds } from '../form/sound-length.ts';
import type { ParsedRequest } from '../pipeline/contexts.ts';
import type { FormCall } from './form-call.ts';
import { readFlag } from './image-requests.ts';

/** OpenAI's limit for a file. */
const LIMITS = { maxFiles: 1, maxFileBytes: 25 * 1024 * 1024 };
/** Sound counts as at most so many tokens (Gemini; others count fewer). */
const TOKENS_PER_SECOND = 32;
const FORMATS: ReadonlySet<unknown> = new Set([
  'json',
  'text',
  'srt',
  'verbose_json',
  'vtt',
  'diarized_json',
]);

/** How a form with a sound is read, and what is to be written down of it. */
export function soundCall(endpoint: 'audio/transcriptions' | 'audio/translations'): FormCall {
  return { limits: LIMITS, parse: parseSound(endpoint) };
}

function parseSound(endpoint: 'audio/transcriptions' | 'audio/translations') {
  return (body: ScannedBody, form: FormRequest): ParsedRequest => {
    const file = filesOf(form).find(({ name }) => name === 'file');
    if (file === undefined || file.length === 0) {
      throw new AppError('missing_field', 'file is required: a sound in the form field "file".', {
        param: 'file',
      });
    }
    const seconds = Math.ceil(longestSeconds(file));
    const format = body.read('response_format') ?? 'json';
    if (!FORMATS.has(format))
      throw invalidField('response_format', `must be one of ${[...FORMATS].join(', ')}`);
    return {
      endpoint,
      body,
      form,
      model: modelOf(body),
      isStream: readFlag(body, 'stream'),
      streamOptions: null,
      wantsUsage: false,
      hasImage: false,
      outputLimit: MAX_OUTPUT_TOKENS,
      completions: 1,
      detailBounds: { audioSeconds: seconds },
      extraPromptTokens: seconds * TOKENS_PER_SECOND,
      forwardedHeaders: null,
    };
  };
}
