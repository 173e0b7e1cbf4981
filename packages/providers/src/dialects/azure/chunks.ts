import type { ChunkMapper, JsonObject, UpstreamEvent } from '../../definition.ts';
import { isObject, objectsOf, parseJson, stringOf } from '../../json-values.ts';
import { UpstreamAnswerError } from '../../mapping-errors.ts';
import { readOpenAiError } from '../../openai-compatible.ts';

/**
 * Azure's chunks as OpenAI's. The first says what a filter found in the prompt, without id, model and choices; later
 * ones may say the same of the answer, without a delta. Their findings go along with chunks that any client can read.
 * https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-streaming
 */
export class AzureChunkMapper implements ChunkMapper {
  /** What the filter found in the prompt, until a chunk with an id can take it along. */
  #promptFindings: unknown;
  #head: JsonObject | null = null;
  #isDone = false;

  read({ data }: UpstreamEvent): JsonObject[] {
    if (data.trim() === '[DONE]') {
      this.#isDone = true;
      return [];
    }
    const chunk = parseJson(data);
    if (!isObject(chunk)) throw new UpstreamAnswerError('The upstream sent an event that is not JSON.');
    if (chunk.error !== undefined && chunk.error !== null) {
      throw new UpstreamAnswerError(
        readOpenAiError(chunk)?.message ?? 'The upstream ended its stream with an error.',
      );
    }
    this.#promptFindings = chunk.prompt_filter_results ?? this.#promptFindings;
    const choices = objectsOf(chunk.choices);
    if (choices.length === 0 && !isObject(chunk.usage)) return [];
    return [this.#readable(chunk, choices)];
  }

  end(): JsonObject[] {
    if (!this.#isDone) {
      throw new UpstreamAnswerError('The upstream ended its stream in the middle of the answer.');
    }
    return [];
  }

  #readable(chunk: JsonObject, choices: JsonObject[]): JsonObject {
    const { prompt_filter_results: _early, ...rest } = chunk;
    this.#head ??=
      stringOf(chunk.id) === '' ? null : { id: chunk.id, created: chunk.created, model: chunk.model };
    const findings =
      this.#promptFindings === undefined ? {} : { prompt_filter_results: this.#promptFindings };
    this.#promptFindings = undefined;
    return {
      ...rest,
      ...this.#head,
      object: 'chat.completion.chunk',
      ...findings,
      choices: choices.map((choice) => ({
        ...choice,
        delta: isObject(choice.delta) ? choice.delta : {},
        finish_reason: choice.finish_reason ?? null,
      })),
    };
  }
}
