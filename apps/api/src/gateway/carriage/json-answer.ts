import type { MeteredUsage } from '@aigc/core/calls/call';
import type { ProviderDefinition } from '@aigc/providers/definition';
import { JsonError } from '@aigc/providers/scan-json';
import { AppError } from '@aigc/shared/errors';
import { scanAnswer, type ScannedBody } from '../body/scan-body.ts';
import { redactSecrets } from '../pipeline/redact.ts';
import type { AnswerOptions } from './answer-format.ts';
import type { WholeAnswer } from './carriage.ts';

/** Longest reason of an upstream that is passed on here. */
const MAX_REASON = 300;
const JSON_TYPE = 'application/json; charset=utf-8';

type UsageReader = Pick<ProviderDefinition, 'readUsage'>;

/** An answer in OpenAI's form, whose usage is in `usage`. */
export class JsonAnswer implements WholeAnswer {
  readonly contentType = JSON_TYPE;
  readonly json: ScannedBody;
  readonly #reader: UsageReader;

  constructor(json: ScannedBody, reader: UsageReader) {
    this.json = json;
    this.#reader = reader;
  }

  get body(): Buffer {
    return this.json.bytes;
  }

  /** An explicit zero stays zero. */
  usage(): MeteredUsage | null {
    const reported = this.#reader.readUsage({ usage: this.json.read('usage') });
    return reported === undefined ? null : { ...reported, estimated: false };
  }
}

/** Checks that an answer is JSON with a list of that name. @throws AppError if it is not */
export function checkAnswer(
  bytes: Buffer,
  list: 'choices' | 'data' | 'results',
  { contentType, model }: AnswerOptions,
): ScannedBody {
  const answer = scanWhole(bytes, contentType);
  if (answer?.kindOf(list) === 'array') return answer;
  throw notAnAnswer(answer, `no ${list}`, model);
}

/** Tells what the upstream said instead of an answer. */
export function notAnAnswer(
  answer: ScannedBody | null,
  lacks: string,
  { definition, target }: AnswerOptions['model'],
): AppError {
  const said = answer === null ? undefined : definition.readError(answer.value());
  const why =
    said === undefined ? '' : `: ${redactSecrets(said.message, target.apiKey).slice(0, MAX_REASON)}`;
  return new AppError('upstream_bad_response', `The upstream's answer has ${lacks}${why}.`);
}

/** Null: valid JSON, but no object. @throws AppError if it is no JSON */
export function scanWhole(bytes: Buffer, contentType: string): ScannedBody | null {
  try {
    return scanAnswer(bytes);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    if (error.fault === 'not_an_object') return null;
    if (error.fault === 'not_utf8') {
      throw new AppError('upstream_bad_response', 'The upstream answered with something that is not UTF-8.');
    }
    const what = /html/i.test(contentType) ? 'an HTML page' : 'something that is not JSON';
    throw new AppError(
      'upstream_bad_response',
      `The upstream answered with ${what}; its address may be wrong.`,
    );
  }
}
