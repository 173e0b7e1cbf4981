import type { JsonObject } from '../../body/parse-json-object.ts';
import { isJsonObject } from '../../body/parse-json-object.ts';
import { StreamTap } from '../../stream/stream-tap.ts';
import type { AnswerFormat } from '../answer-format.ts';
import { checkAnswer, JsonAnswer } from '../json-answer.ts';

/** Legacy completions, where the upstream serves them itself: their streams are tapped like those of chats. */
export const completionsFormat: AnswerFormat = {
  outputLimitField: () => 'max_tokens',
  takesStreamOptions: true,
  readAnswer: (bytes, options) =>
    new JsonAnswer(checkAnswer(bytes, 'choices', options), options.model.definition),
  openTap: ({ model: { definition, target }, wantsUsage, startedAtMs }) =>
    new StreamTap({ definition, wantsUsage, apiKey: target.apiKey, startedAtMs }),
  eventsOf: ({ json }) => (json === null ? [] : eventsOf(json.value())),
};

function eventsOf({ usage, ...completion }: JsonObject): Buffer[] {
  const framed = (data: JsonObject) => Buffer.from(`data: ${JSON.stringify(data)}\n\n`);
  const whole = framed(completion);
  return isJsonObject(usage) ? [whole, framed({ ...completion, choices: [], usage })] : [whole];
}
