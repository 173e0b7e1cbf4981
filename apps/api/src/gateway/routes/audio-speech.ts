import { AppError } from '@aigc/shared/errors';
import { invalidField, MAX_OUTPUT_TOKENS, modelOf } from '../body/request-fields.ts';
import type { ScannedBody } from '../body/scan-body.ts';
import type { ParsedRequest } from '../pipeline/contexts.ts';
import type { EndpointRoute } from './endpoint.ts';
import { spokenTokens } from '../tokens/spoken-tokens.ts';
import { handleJsonCall } from './json-call.ts';

/** Code points, as vendors count what they speak. */
function charactersOf(text: string): number {
  let characters = 0;
  for (const _character of text) characters += 1;
  return characters;
}

/** Reads what the gateway must know of a request for speech. @throws AppError */
export function parseSpeechRequest(body: ScannedBody): ParsedRequest {
  const input = body.read('input');
  if (input === undefined || input === null || input === '') {
    throw new AppError('missing_field', 'input is required: the text to be spoken.', { param: 'input' });
  }
  if (typeof input !== 'string') throw invalidField('input', 'must be a string');
  const format = body.read('stream_format') ?? 'audio';
  if (format !== 'audio' && format !== 'sse') throw invalidField('stream_format', 'must be audio or sse');
  const isStream = format === 'sse';
  return {
    endpoint: 'audio/speech',
    body,
    model: modelOf(body),
    isStream,
    streamOptions: null,
    wantsUsage: false,
    hasImage: false,
    // Only events report tokens of sound; of all others they are estimated.
    outputLimit: isStream ? MAX_OUTPUT_TOKENS : spokenTokens(input).sound,
    completions: 1,
    detailBounds: { characters: charactersOf(input) },
    forwardedHeaders: null,
  };
}

/** https://platform.openai.com/docs/api-reference/audio/createSpeech */
export const audioSpeech: EndpointRoute = {
  method: 'POST',
  path: 'audio/speech',
  handle: (context) => handleJsonCall(context, { parse: parseSpeechRequest, shape: null }),
};
