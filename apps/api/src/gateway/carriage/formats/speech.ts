import type { MeteredUsage } from '@aigc/core/calls/call';
import { AppError } from '@aigc/shared/errors';
import { isJsonObject, type JsonObject } from '../../body/parse-json-object.ts';
import { TypedEventTap, type EventMeaning, type EventReader } from '../../stream/typed-event-tap.ts';
import type { ParsedRequest, ResolvedModel } from '../../pipeline/contexts.ts';
import { spokenTokens } from '../../tokens/spoken-tokens.ts';
import type { AnswerFormat } from '../answer-format.ts';
import { reasonOf } from './event-reason.ts';
import { tokenCount, usageOf } from './metered-json.ts';
import { soldBy } from './sold-by.ts';

/**
 * Speech as events (`stream_format: "sse"`). Speech as sound is relayed by `SoundCall`, which never has the whole of
 * it. What is spoken is known from the request: its characters.
 */
export const speechFormat: AnswerFormat = {
  outputLimitField: () => null,
  readAnswer() {
    throw new AppError('upstream_bad_response', 'The upstream answered with something that is no sound.');
  },
  openTap: ({ model, request, startedAtMs }) =>
    new TypedEventTap(new SpeechEvents(request, model), { apiKey: model.target.apiKey, startedAtMs }),
};

/** Of speech whose upstream reports nothing: its characters, and its tokens where the model is sold by them. */
export function spokenUsage({ body, detailBounds }: ParsedRequest, model: ResolvedModel): MeteredUsage {
  const input = body.read('input');
  if (!soldBy(model).tokens || typeof input !== 'string') return usageOf({}, detailBounds);
  const { text, sound } = spokenTokens(input);
  return usageOf({ input: text, output: sound }, { ...detailBounds, audioOutputTokens: sound }, true);
}

/** https://platform.openai.com/docs/api-reference/audio/speech-audio-delta-event */
class SpeechEvents implements EventReader {
  readonly #request: ParsedRequest;
  /** Known from the start: tokens are those reported as soon as they are. */
  usage: MeteredUsage;

  constructor(request: ParsedRequest, model: ResolvedModel) {
    this.#request = request;
    this.usage = spokenUsage(request, model);
  }

  read({ type, usage }: JsonObject): EventMeaning {
    if (isJsonObject(usage)) {
      const input = tokenCount(usage.input_tokens) ?? 0;
      const output = tokenCount(usage.output_tokens) ?? 0;
      this.usage = usageOf({ input, output }, this.#request.detailBounds);
    }
    return {
      content: type === 'speech.audio.delta' ? '' : null,
      kind: type === 'speech.audio.done' ? 'end' : 'part',
    };
  }

  estimate(): MeteredUsage {
    return this.usage;
  }

  failed(): null {
    return null;
  }

  reasonOf = reasonOf;
}
