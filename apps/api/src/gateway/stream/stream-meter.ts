import type { MeteredUsage } from '@aigc/core/calls/call';
import type { ProviderDefinition, Usage } from '@aigc/providers/definition';
import { AppError } from '@aigc/shared/errors';
import { isJsonObject, type JsonObject } from '../body/parse-json-object.ts';
import { redactSecrets } from '../pipeline/redact.ts';
import { estimatePromptTokens, messageText, TokenEstimate } from '../tokens.ts';

/** What to do with one chunk: the text to forward, or null to withhold it. */
export interface MeteredChunk {
  forward: string | null;
  /** True if the chunk carries a part of the answer. */
  hasContent: boolean;
}

export interface StreamMeterOptions {
  definition: ProviderDefinition;
  request: JsonObject;
  /** False: the usage we asked for is not the client's to see. */
  wantsUsage: boolean;
  /** Removed from what the upstream says about an error. */
  apiKey: string | null;
  startedAtMs: number;
}

/** Watches the chunks of a stream: usage, first token, end, and the text in case no usage comes. */
export class StreamMeter {
  readonly #options: StreamMeterOptions;
  #reported: Usage | undefined;
  readonly #delivered = new TokenEstimate();
  /** Choices by index that have begun, and of these the ones with a finish_reason. */
  readonly #begun = new Set<unknown>();
  readonly #finished = new Set<unknown>();
  ttftMs: number | null = null;

  constructor(options: StreamMeterOptions) {
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
    return this.#delivered.tokens > 0;
  }

  /** @throws AppError if the chunk is no chunk: an error of the upstream, or not JSON */
  read(data: string): MeteredChunk {
    const chunk = this.#parse(data);
    const usage = this.#options.definition.readUsage(chunk);
    // Some upstreams repeat usage as a running total; the last one counts.
    if (usage !== undefined) this.#reported = usage;
    const choices: unknown[] = Array.isArray(chunk.choices) ? chunk.choices : [];
    let hasContent = false;
    for (const choice of choices) {
      if (!isJsonObject(choice)) continue;
      const text = messageText(choice.delta) || (typeof choice.text === 'string' ? choice.text : '');
      if (text !== '') hasContent = true;
      this.#delivered.add(text);
      const index = choice.index ?? 0;
      this.#begun.add(index);
      // Some vendors send an empty reason with every chunk.
      if (typeof choice.finish_reason === 'string' && choice.finish_reason !== '') this.#finished.add(index);
    }
    if (hasContent && this.ttftMs === null) this.ttftMs = performance.now() - this.#options.startedAtMs;
    return { forward: this.#forward(data, chunk, choices.length === 0), hasContent };
  }

  /** Tokens of the call so far: as reported, else estimated from what was delivered. */
  usage(): MeteredUsage {
    if (this.#reported !== undefined) return { ...this.#reported, estimated: false };
    return {
      inputTokens: estimatePromptTokens(this.#options.request),
      outputTokens: this.#delivered.tokens,
      cachedTokens: 0,
      reasoningTokens: 0,
      estimated: true,
    };
  }

  #forward(data: string, chunk: JsonObject, isWithoutChoices: boolean): string | null {
    if (this.#options.wantsUsage || chunk.usage === undefined) return data;
    // The usage chunk proper exists only because we asked; usage beside choices is taken out of its chunk.
    if (isWithoutChoices && chunk.usage !== null) return null;
    const { usage: _ours, ...rest } = chunk;
    return JSON.stringify(rest);
  }

  #parse(data: string): JsonObject {
    let chunk: unknown;
    try {
      chunk = JSON.parse(data);
    } catch {
      throw new AppError('upstream_bad_response', 'The upstream sent a chunk that is not JSON.');
    }
    if (!isJsonObject(chunk))
      throw new AppError('upstream_bad_response', 'The upstream sent a chunk that is no object.');
    if (chunk.error !== undefined && chunk.error !== null) {
      const { definition, apiKey } = this.#options;
      const message = redactSecrets(definition.readError(chunk)?.message ?? 'no reason given', apiKey);
      throw new AppError('upstream_bad_response', `The upstream reported an error: ${message.slice(0, 300)}`);
    }
    return chunk;
  }
}
