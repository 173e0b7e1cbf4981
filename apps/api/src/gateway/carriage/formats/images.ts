import type { MeteredUsage } from '@aigc/core/calls/call';
import { isJsonObject, type JsonObject } from '../../body/parse-json-object.ts';
import { TypedEventTap, type EventMeaning, type EventReader } from '../../stream/typed-event-tap.ts';
import type { ParsedRequest } from '../../pipeline/contexts.ts';
import type { AnswerFormat } from '../answer-format.ts';
import type { WholeAnswer } from '../carriage.ts';
import { checkAnswer } from '../json-answer.ts';
import { reasonOf } from './event-reason.ts';
import { meteredJson, tokenCount, usageOf } from './metered-json.ts';

/** Images made or edited: counted, and their tokens as far as the upstream reports them. */
export const imagesFormat: AnswerFormat = {
  outputLimitField: () => null,
  readAnswer(bytes, options) {
    const answer = checkAnswer(bytes, 'data', options);
    return meteredJson(answer, () => imagesUsage(answer.itemsOf('data'), [answer.read('usage')]));
  },
  openTap: ({ model: { target }, request, startedAtMs }) =>
    new TypedEventTap(new ImageEvents(request.detailBounds?.images ?? 1), {
      apiKey: target.apiKey,
      startedAtMs,
    }),
  eventsOf,
};

/** Some servers know no streams: each image that they give at once becomes the event that ends one. */
function eventsOf({ json }: WholeAnswer, { endpoint }: ParsedRequest): Buffer[] {
  const images = json?.read('data');
  if (!Array.isArray(images)) return [];
  const type = endpoint === 'images/edits' ? 'image_edit.completed' : 'image_generation.completed';
  return images.map((image: unknown, index) => {
    const isLast = index === images.length - 1;
    const usage = isLast ? json?.read('usage') : undefined;
    const event = { type, ...(isJsonObject(image) ? image : {}), created_at: json?.read('created'), usage };
    return Buffer.from(`data: ${JSON.stringify(event)}\n\n`);
  });
}

/** https://platform.openai.com/docs/api-reference/images/object: `usage` */
function imagesUsage(images: number, reports: readonly unknown[]): MeteredUsage {
  const sum = { input: 0, output: 0 };
  for (const usage of reports) {
    if (!isJsonObject(usage)) continue;
    sum.input += tokenCount(usage.input_tokens) ?? tokenCount(usage.prompt_tokens) ?? 0;
    sum.output += tokenCount(usage.output_tokens) ?? tokenCount(usage.completion_tokens) ?? 0;
  }
  return usageOf(sum, { images });
}

/** https://platform.openai.com/docs/api-reference/images-streaming: one event ends each image. */
class ImageEvents implements EventReader {
  readonly #asked: number;
  readonly #reports: unknown[] = [];

  constructor(asked: number) {
    this.#asked = asked;
  }

  /** Of the images that are ready; null: none is. */
  get usage(): MeteredUsage | null {
    return this.#reports.length === 0 ? null : imagesUsage(this.#reports.length, this.#reports);
  }

  read({ type, usage }: JsonObject): EventMeaning {
    const isImage = typeof type === 'string' && type.endsWith('.completed');
    if (isImage) this.#reports.push(usage);
    return { content: '', kind: isImage && this.#reports.length >= this.#asked ? 'end' : 'part' };
  }

  /** A preview of an image was made from it. */
  estimate({ input }: { input: number }): MeteredUsage {
    return usageOf({ input }, { images: 1 }, true);
  }

  failed(): null {
    return null;
  }

  reasonOf = reasonOf;
}
