import type { FrameWriter, SseFrame, WritingContext } from '../../client-protocol.ts';
import type { JsonObject } from '../../definition.ts';
import { isObject, objectOf, objectsOf, stringOf } from '../../json-values.ts';
import { promptOf } from './to-chat.ts';

/** The text that every choice begins with: the prompt, if its caller wants it repeated. */
function echoOf({ request }: WritingContext): string {
  return request.echo === true ? promptOf(request) : '';
}

function head({ requestId, model }: WritingContext, created: unknown): JsonObject {
  return {
    id: `cmpl-${requestId.replace(/^req_/, '')}`,
    object: 'text_completion',
    created: typeof created === 'number' ? created : Math.floor(Date.now() / 1000),
    model,
  };
}

/** Older clients know no other reasons. */
function finishReason(reason: unknown): string | null {
  if (reason === null || reason === undefined || reason === '') return null;
  return reason === 'length' || reason === 'content_filter' ? reason : 'stop';
}

/** Log probabilities in the older form, a list for each kind of fact. `from` is where the text begins. */
function legacyLogprobs(logprobs: unknown, from: number): JsonObject | null {
  if (!isObject(logprobs) || !Array.isArray(logprobs.content)) return null;
  const tokens = objectsOf(logprobs.content);
  let offset = from;
  return {
    tokens: tokens.map(({ token }) => token),
    token_logprobs: tokens.map(({ logprob }) => logprob),
    top_logprobs: tokens.map(({ top_logprobs: top }) =>
      Object.fromEntries(objectsOf(top).map(({ token, logprob }) => [String(token), logprob])),
    ),
    text_offset: tokens.map(({ token }) => {
      const at = offset;
      offset += stringOf(token)?.length ?? 0;
      return at;
    }),
  };
}

/** A chat completion as a legacy completion. */
export function chatToCompletion(answer: JsonObject, context: WritingContext): JsonObject {
  const echo = echoOf(context);
  const choices = objectsOf(answer.choices).map((choice, position) => ({
    index: choice.index ?? position,
    text: echo + (stringOf(objectOf(choice.message).content) ?? ''),
    logprobs: legacyLogprobs(choice.logprobs, echo.length),
    finish_reason: finishReason(choice.finish_reason) ?? 'stop',
  }));
  const completion = { ...head(context, answer.created), choices };
  return isObject(answer.usage) ? { ...completion, usage: answer.usage } : completion;
}

/** Writes the chunks of a legacy completion. */
export class CompletionWriter implements FrameWriter {
  readonly #context: WritingContext;
  readonly #echo: string;
  readonly #wantsUsage: boolean;
  #head: JsonObject | null = null;
  /** Characters of each choice that were sent. */
  readonly #sent = new Map<unknown, number>();

  constructor(context: WritingContext) {
    this.#context = context;
    this.#echo = echoOf(context);
    this.#wantsUsage = objectOf(context.request.stream_options).include_usage === true;
  }

  read(chunk: JsonObject): SseFrame[] {
    this.#head ??= head(this.#context, chunk.created);
    const choices = objectsOf(chunk.choices)
      .map((choice) => this.#choice(choice))
      .filter((choice) => choice !== null);
    const frames = choices.map((choice) => this.#frame([choice], null));
    if (this.#wantsUsage && isObject(chunk.usage) && objectsOf(chunk.choices).length === 0) {
      frames.push(this.#frame([], chunk.usage));
    }
    return frames;
  }

  end(): SseFrame[] {
    return [{ event: null, data: '[DONE]' }];
  }

  /** Null: the chunk tells nothing that a completion could. */
  #choice(choice: JsonObject): JsonObject | null {
    const index = choice.index ?? 0;
    const sent = this.#sent.get(index);
    const said = stringOf(objectOf(choice.delta).content) ?? '';
    const text = sent === undefined ? this.#echo + said : said;
    const reason = finishReason(choice.finish_reason);
    const from = sent ?? this.#echo.length;
    this.#sent.set(index, from + said.length);
    if (text === '' && reason === null) return null;
    return { index, text, logprobs: legacyLogprobs(choice.logprobs, from), finish_reason: reason };
  }

  #frame(choices: JsonObject[], usage: JsonObject | null): SseFrame {
    const data = { ...this.#head, choices };
    return { event: null, data: this.#wantsUsage ? { ...data, usage } : data };
  }
}
