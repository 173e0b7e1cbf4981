import type { MeteredUsage } from '@aigc/core/calls/call';
import { AppError } from '@aigc/shared/errors';
import { isJsonObject, type JsonObject } from '../../body/parse-json-object.ts';
import { TypedEventTap, type EventMeaning, type EventReader } from '../../stream/typed-event-tap.ts';
import type { AnswerFormat } from '../answer-format.ts';
import { reasonOf } from './event-reason.ts';
import { tokenCount, usageOf } from './metered-json.ts';

/**
 * Speech as events (`stream_format: "sse"`). Speech as sound is relayed by `SoundCall`, which never has the whole of
 * it. What is spoken is known from the request: its characters.
 */
export const speechFormat: AnswerFormat = {
  outputLimitField: () => null,
  readAnswer() {
    throw new AppError('upstream_bad_response', 'The upstream answered with something that is no sound.');
  },
  openTap: ({ model: { target }, request, startedAtMs }) =>
    new TypedEventTap(new SpeechEvents(request.detailBounds?.characters ?? 0), {
      apiKey: target.apiKey,
      startedAtMs,
    }),
};

/** https://platform.openai.com/docs/api-reference/audio/speech-audio-delta-event */
class SpeechEvents implements EventReader {
  readonly #characters: number;
  /** Known from the start: tokens are added when they are reported. */
  usage: MeteredUsage;

  constructor(characters: number) {
    this.#characters = characters;
    this.usage = usageOf({}, { characters });
  }

  read({ type, usage }: JsonObject): EventMeaning {
    if (isJsonObject(usage)) {
      const input = tokenCount(usage.input_tokens) ?? 0;
      const output = tokenCount(usage.output_tokens) ?? 0;
      this.usage = usageOf({ input, output }, { characters: this.#characters });
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
