import type { Endpoint } from '@aigc/providers/definition';
import { completionChunks } from '../stream/completion-chunks.ts';
import { StreamTap } from '../stream/stream-tap.ts';
import type { AnswerFormat } from './answer-format.ts';
import { completionsFormat } from './formats/completions.ts';
import { imagesFormat } from './formats/images.ts';
import { countTokensFormat, messagesFormat } from './formats/messages.ts';
import { responsesFormat } from './formats/responses.ts';
import { scoresFormat } from './formats/scores.ts';
import { speechFormat } from './formats/speech.ts';
import { transcriptionFormat } from './formats/transcription.ts';
import { checkAnswer, JsonAnswer } from './json-answer.ts';

const chat: AnswerFormat = {
  outputLimitField: (definition, { target }) => definition.outputLimitField(target),
  takesStreamOptions: true,
  readAnswer: (bytes, options) =>
    new JsonAnswer(checkAnswer(bytes, 'choices', options), options.model.definition),
  openTap: ({ model: { definition, target }, wantsUsage, startedAtMs }) =>
    new StreamTap({ definition, wantsUsage, apiKey: target.apiKey, startedAtMs }),
  eventsOf: ({ json }) =>
    json === null ? [] : completionChunks(json.value()).map((chunk) => Buffer.from(`data: ${chunk}\n\n`)),
};

const embeddings: AnswerFormat = {
  outputLimitField: () => null,
  readAnswer: (bytes, options) =>
    new JsonAnswer(checkAnswer(bytes, 'data', options), options.model.definition),
};

/** The endpoints whose answers can pass as they come. */
export const ANSWER_FORMATS: Partial<Record<Endpoint, AnswerFormat>> &
  Record<'chat/completions', AnswerFormat> = {
  'chat/completions': chat,
  completions: completionsFormat,
  embeddings,
  messages: messagesFormat,
  'messages/count_tokens': countTokensFormat,
  responses: responsesFormat,
  'images/generations': imagesFormat,
  'images/edits': imagesFormat,
  'audio/speech': speechFormat,
  'audio/transcriptions': transcriptionFormat,
  'audio/translations': transcriptionFormat,
  rerank: scoresFormat,
  moderations: scoresFormat,
};
