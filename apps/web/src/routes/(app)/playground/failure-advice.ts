import type { Dictionary } from '#lib/i18n/dictionary.ts';
import type { AnswerFailure } from './turn.ts';

type Texts = Dictionary['playground'];

/** Codes that name a fault of the request itself. */
const requestFaults = new Set([
  'invalid_json',
  'missing_field',
  'invalid_field',
  'body_too_deep',
  'unsupported_parameter',
  'invalid_image',
  'image_too_large',
]);

export interface FailureWords {
  /** What happened, in the viewer's language. */
  sentence: string;
  /** What to do about it. */
  advice: string;
  /** The API's own sentence where it says more than ours: an upstream's words, or a fault of the request. */
  original: string | undefined;
}

export function failureWords(failure: AnswerFailure, t: Dictionary): FailureWords {
  const { code, message } = failure;
  const known = (t.errors.codes as Record<string, string | undefined>)[code];
  const fromUpstream = code.startsWith('upstream_') || known === undefined;
  const saysMore = fromUpstream || requestFaults.has(code);
  return {
    sentence: known ?? t.errors.codes.upstream_rejected,
    advice: adviceFor(code, t.playground.advice),
    original: saysMore && message !== '' ? message : undefined,
  };
}

function adviceFor(code: string, advice: Texts['advice']): string {
  const exact = (advice as Record<string, string | undefined>)[code];
  if (exact !== undefined) return exact;
  if (requestFaults.has(code)) return advice.invalid;
  return code.startsWith('upstream_') ? advice.upstream : advice.fallback;
}
