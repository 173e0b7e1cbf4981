import type { MeteredUsage } from '@aigc/core/calls/call';
import type { ProviderDefinition, Usage } from '@aigc/providers/definition';
import { AppError } from '@aigc/shared/errors';
import { removeMember } from '@aigc/providers/splice-bytes';
import { isJsonObject, type JsonObject } from '../body/parse-json-object.ts';
import { redactSecrets } from '../pipeline/redact.ts';
import { choiceText, hasAudio, imagesIn } from '../tokens/message-text.ts';
import { TokenEstimate } from '../tokens/token-estimate.ts';

export interface ChunkMeterOptions {
  definition: Pick<ProviderDefinition, 'readUsage' | 'readError'>;
  /** False: the usage that we asked for is not the client's to see. */
  wantsUsage: boolean;
  /** Removed from what the upstream says about an error. */
  apiKey: string | null;
  /** From `performance.now()`. */
  startedAtMs: number;
}

/** A picture counts as 1290 tokens of output (Gemini), of four characters each. */
const IMAGE_CHARACTERS = 1290 * 4;

/** What the exact path found in a chunk, beside what it entered in the meter. */
export interface ReadChunk {
  /** The JSON text to forward; null: withheld. The same string when nothing had to change. */
  forward: string | null;
  chunk: JsonObject;
}

/** Reads the chunks of a stream one by one: usage, first token, end, and the text in case no usage comes. */
export class ChunkMeter {
  readonly #options: ChunkMeterOptions;
  #reported: Usage | undefined;
  /** What had been delivered when usage was last reported. */
  #charactersReported = 0;
  /** What was delivered; the fast path adds to it too. */
  readonly delivered = new TokenEstimate();
  #hasAudio = false;
  /** Choices by index that have begun, and of these the ones with a finish_reason. */
  readonly #begun = new Set<unknown>();
  readonly #finished = new Set<unknown>();
  ttftMs: number | null = null;

  constructor(options: ChunkMeterOptions) {
    this.#options = options;
  }

  /** Every choice has its finish_reason: the answer is complete, though usage may follow. */
  get isFinished(): boolean {
    return this.#begun.size > 0 && this.#finished.size === this.#begun.size;
  }

  get hasUsage(): boolean {
    return this.#reported !== undefined;
  }

  get hasDelivered(): boolean {
    return this.#hasAudio || this.delivered.tokens > 0;
  }

  /** To be called when a part of the answer passes. */
  noteContent(): void {
    this.ttftMs ??= performance.now() - this.#options.startedAtMs;
  }

  /** @throws AppError if the text is no chunk: an error of the upstream, or not JSON */
  read(data: string, event: string | null): ReadChunk {
    const chunk = this.#parse(data, event);
    const usage = this.#options.definition.readUsage(chunk);
    // Some upstreams repeat usage as a running total; the last one counts.
    if (usage !== undefined) this.#reported = usage;
    const choices: unknown[] = Array.isArray(chunk.choices) ? chunk.choices : [];
    for (const choice of choices) {
      if (isJsonObject(choice)) this.#readChoice(choice);
    }
    if (usage !== undefined) this.#charactersReported = this.delivered.characters;
    return { forward: this.#forward(data, chunk, choices.length === 0), chunk };
  }

  /**
   * Tokens of the call: as reported, else the caller's estimate of the prompt and what was delivered. A report
   * with the first chunk says nothing of what followed, if the stream broke off before the last one.
   */
  usage(estimatedPromptTokens: number): MeteredUsage {
    if (this.#reported !== undefined) {
      const isStale = !this.isFinished && this.delivered.characters > this.#charactersReported;
      if (!isStale) return { ...this.#reported, estimated: false };
      const outputTokens = Math.max(this.#reported.outputTokens, this.delivered.tokens);
      return { ...this.#reported, outputTokens, estimated: true };
    }
    return {
      inputTokens: estimatedPromptTokens,
      outputTokens: this.delivered.tokens,
      cachedTokens: 0,
      reasoningTokens: 0,
      estimated: true,
    };
  }

  #readChoice(choice: JsonObject): void {
    const text = choiceText(choice);
    const audio = hasAudio(choice.delta);
    const images = imagesIn(choice.delta);
    if (text !== '' || audio || images > 0) this.noteContent();
    if (audio) this.#hasAudio = true;
    this.delivered.add(text);
    // Whoever leaves with a picture, before usage is reported, has got it.
    if (images > 0) this.delivered.count(images * IMAGE_CHARACTERS, 0);
    const index = choice.index ?? 0;
    this.#begun.add(index);
    // Some vendors send an empty reason with every chunk.
    if (typeof choice.finish_reason === 'string' && choice.finish_reason !== '') this.#finished.add(index);
  }

  #forward(data: string, chunk: JsonObject, isWithoutChoices: boolean): string | null {
    if (this.#options.wantsUsage || chunk.usage === undefined || chunk.usage === null) return data;
    // The usage chunk proper exists only because we asked; usage beside choices is taken out of its chunk.
    return isWithoutChoices ? null : removeMember(data, 'usage');
  }

  #parse(data: string, event: string | null): JsonObject {
    let chunk: unknown;
    try {
      chunk = JSON.parse(data);
    } catch {
      throw new AppError('upstream_bad_response', 'The upstream sent a chunk that is not JSON.');
    }
    if (!isJsonObject(chunk))
      throw new AppError('upstream_bad_response', 'The upstream sent a chunk that is no object.');
    if (event === 'error' || (chunk.error !== undefined && chunk.error !== null)) {
      const { definition, apiKey } = this.#options;
      const message = redactSecrets(definition.readError(chunk)?.message ?? 'no reason given', apiKey);
      throw new AppError('upstream_bad_response', `The upstream reported an error: ${message.slice(0, 300)}`);
    }
    return chunk;
  }
}
