import { readResponseUsage } from '@aigc/providers/protocols/responses/usage';
import { ResponseEvents } from '../../stream/response-events.ts';
import { TypedEventTap } from '../../stream/typed-event-tap.ts';
import type { AnswerFormat } from '../answer-format.ts';
import { JsonAnswer, notAnAnswer, scanWhole } from '../json-answer.ts';
import { keptReferenceOfResponse, requireNothingKept } from '../kept-references.ts';

/** Responses, where the upstream serves them itself. */
export const responsesFormat: AnswerFormat = {
  outputLimitField: () => 'max_output_tokens',
  check: (request, model) => requireNothingKept(request, model, keptReferenceOfResponse),
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
