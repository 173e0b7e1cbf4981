import { readResponseUsage } from '@aigc/providers/protocols/responses/usage';
import { AppError } from '@aigc/shared/errors';
import { isJsonObject } from '../../body/parse-json-object.ts';
import { isGiven } from '../../body/request-fields.ts';
import type { ParsedRequest, ResolvedModel } from '../../pipeline/contexts.ts';
import { ResponseEvents } from '../../stream/response-events.ts';
import { TypedEventTap } from '../../stream/typed-event-tap.ts';
import type { AnswerFormat } from '../answer-format.ts';
import { JsonAnswer, notAnAnswer, scanWhole } from '../json-answer.ts';

/** Parameters that refer to what the upstream's account keeps. */
const REFERENCES = ['previous_response_id', 'conversation', 'prompt'];

/** Responses, where the upstream serves them itself. */
export const responsesFormat: AnswerFormat = {
  outputLimitField: () => 'max_output_tokens',
  check: requireOwnState,
  readAnswer(bytes, options) {
    const answer = scanWhole(bytes, options.contentType);
    if (answer?.kindOf('output') !== 'array' || answer.read('status') === 'failed') {
      throw notAnAnswer(answer, 'no output', options.model);
    }
    return new JsonAnswer(answer, { readUsage: ({ usage }) => readResponseUsage(usage) });
  },
  openTap: ({ model: { target }, startedAtMs }) =>
    new TypedEventTap(new ResponseEvents(), { apiKey: target.apiKey, startedAtMs }),
};

/**
 * Everybody's calls reach a platform's provider with one credential, so an id could name another user's response.
 * With a credential of one's own it names nobody else's.
 */
function requireOwnState({ body }: ParsedRequest, { entry, ownKey }: ResolvedModel): void {
  if (entry.isLocal || ownKey !== null) return;
  const used = REFERENCES.find((name) => isGiven(body.read(name)));
  const param = used ?? referredItem(body.read('input'));
  if (param === undefined) return;
  throw new AppError(
    'invalid_field',
    `${param} refers to a response that is kept elsewhere, which is not supported here: send the earlier turns in input.`,
    { param },
  );
}

/** The first item that is only named by its id; undefined: all are there. */
function referredItem(input: unknown): string | undefined {
  if (!Array.isArray(input)) return undefined;
  const index = input.findIndex((item: unknown) => isJsonObject(item) && item.type === 'item_reference');
  return index === -1 ? undefined : `input[${index}]`;
}
