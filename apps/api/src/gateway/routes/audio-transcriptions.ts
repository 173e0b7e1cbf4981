import { AppError } from '@aigc/shared/errors';
import { invalidField, MAX_OUTPUT_TOKENS, modelOf } from '../body/request-fields.ts';
import type { ScannedBody } from '../body/scan-body.ts';
import { filesOf, type FormRequest } from '../form/form-request.ts';
import { longestSeconds } from '../form/sound-length.ts';
import type { ParsedRequest } from '../pipeline/contexts.ts';
import type { EndpointRoute } from './endpoint.ts';
import { handleFormCall } from './form-call.ts';
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

function parse(endpoint: 'audio/transcriptions' | 'audio/translations') {
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

function route(path: 'audio/transcriptions' | 'audio/translations'): EndpointRoute {
  const call = { limits: LIMITS, parse: parse(path) };
  return { method: 'POST', path, handle: (context) => handleFormCall(context, call) };
}

/** https://platform.openai.com/docs/api-reference/audio/createTranscription */
export const audioTranscriptions: EndpointRoute = route('audio/transcriptions');

/** https://platform.openai.com/docs/api-reference/audio/createTranslation: into English. */
export const audioTranslations: EndpointRoute = route('audio/translations');
