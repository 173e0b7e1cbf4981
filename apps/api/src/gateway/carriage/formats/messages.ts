import { NO_USAGE } from '@aigc/core/calls/call';
import { MessageEvents } from '../../stream/message-events.ts';
import { TypedEventTap } from '../../stream/typed-event-tap.ts';
import type { AnswerFormat } from '../answer-format.ts';
import { JsonAnswer, notAnAnswer, scanWhole } from '../json-answer.ts';
import { keptReferenceOfMessage, requireNothingKept } from '../kept-references.ts';

/** Anthropic's messages, where the upstream serves them itself. */
export const messagesFormat: AnswerFormat = {
  outputLimitField: () => 'max_tokens',
  check: (request, model) => requireNothingKept(request, model, keptReferenceOfMessage),
  readAnswer(bytes, { contentType, model }) {
    const answer = scanWhole(bytes, contentType);
    if (answer?.kindOf('content') !== 'array') throw notAnAnswer(answer, 'no content', model);
    return new JsonAnswer(answer, model.definition);
  },
  openTap: ({ model: { target }, startedAtMs }) =>
    new TypedEventTap(new MessageEvents(), { apiKey: target.apiKey, startedAtMs }),
};

/** What a message would take of tokens: asking costs nothing. */
export const countTokensFormat: AnswerFormat = {
  outputLimitField: () => null,
  check: (request, model) => requireNothingKept(request, model, keptReferenceOfMessage),
  readAnswer(bytes, { contentType, model }) {
    const answer = scanWhole(bytes, contentType);
    if (answer?.kindOf('input_tokens') !== 'number') throw notAnAnswer(answer, 'no input_tokens', model);
    const { contentType: type, body, json } = new JsonAnswer(answer, model.definition);
    return { contentType: type, body, json, usage: () => NO_USAGE };
  },
};
