import type { AnswerContext, ChunkMapper, JsonObject, UpstreamEvent } from '../../definition.ts';
import { isObject, objectsOf, parseJson, stringOf } from '../../json-values.ts';
import { UpstreamAnswerError } from '../../mapping-errors.ts';
import { breakdownMessage, createdAt, refusedPrompt } from './answer.ts';
import { extraContent, finishReasonOf, isBreakdown, logprobsOf, readParts } from './candidate.ts';
import { messageOfError } from './errors.ts';
import { toOpenAiUsage } from './usage.ts';

interface CandidateState {
  hasBegun: boolean;
  hasSaid: boolean;
  calls: number;
  isFinished: boolean;
}

/**
 * The events of `streamGenerateContent?alt=sse` as chunks. There is no closing event: a stream that ends before
 * each candidate has told why it ended was cut off. Counts of tokens are running totals, so the last one counts.
 */
export class GeminiChunkMapper implements ChunkMapper {
  readonly #model: string;
  readonly #candidates = new Map<number, CandidateState>();
  #head: { id: string; created: number; model: string } | null = null;
  #responseId = '';
  #usage: JsonObject | undefined;

  constructor({ target }: AnswerContext) {
    this.#model = target.model;
  }

  read({ data }: UpstreamEvent): JsonObject[] {
    const answer = parseJson(data);
    if (!isObject(answer)) throw new UpstreamAnswerError('The upstream sent an event that is not JSON.');
    const failure = messageOfError(answer);
    if (failure !== null) throw new UpstreamAnswerError(failure);
    this.#begin(answer);
    this.#usage = toOpenAiUsage(answer.usageMetadata) ?? this.#usage;
    const candidates = objectsOf(answer.candidates);
    const refusal = refusedPrompt(answer);
    if (candidates.length === 0) return refusal === null ? [] : this.#refuse(refusal);
    return candidates.flatMap((candidate, place) => this.#readCandidate(candidate, place));
  }

  end(): JsonObject[] {
    const states = [...this.#candidates.values()];
    if (states.length === 0 || states.some(({ isFinished }) => !isFinished)) {
      throw new UpstreamAnswerError('The upstream ended its stream in the middle of the answer.');
    }
    return this.#usage === undefined ? [] : [{ ...this.#chunk([]), usage: this.#usage }];
  }

  /** Id, time and model stay those of the first event. */
  #begin(answer: JsonObject): void {
    if (this.#head !== null) return;
    this.#responseId = stringOf(answer.responseId) ?? crypto.randomUUID();
    this.#head = {
      id: `chatcmpl-${this.#responseId}`,
      created: createdAt(answer),
      model: stringOf(answer.modelVersion) ?? this.#model,
    };
  }

  #chunk(choices: JsonObject[]): JsonObject {
    return { ...this.#head, object: 'chat.completion.chunk', choices };
  }

  #state(index: number): CandidateState {
    let state = this.#candidates.get(index);
    if (state === undefined) {
      state = { hasBegun: false, hasSaid: false, calls: 0, isFinished: false };
      this.#candidates.set(index, state);
    }
    return state;
  }

  #refuse(refusal: string): JsonObject[] {
    const state = this.#state(0);
    if (state.isFinished) return [];
    Object.assign(state, { hasBegun: true, isFinished: true });
    const said = choice(0, { role: 'assistant', content: null, refusal });
    return [this.#chunk([said]), this.#chunk([{ ...choice(0, {}), finish_reason: 'content_filter' }])];
  }

  #readCandidate(candidate: JsonObject, place: number): JsonObject[] {
    const index = typeof candidate.index === 'number' ? candidate.index : place;
    const state = this.#state(index);
    const at = { responseId: this.#responseId, candidate: index, callsBefore: state.calls };
    const said = readParts(candidate.content, at);
    state.calls += said.toolCalls.length;
    state.hasSaid ||= said.text !== '' || state.calls > 0 || said.images.length > 0;
    const reason = stringOf(candidate.finishReason);
    if (reason !== null && isBreakdown(reason) && !state.hasSaid) {
      throw new UpstreamAnswerError(breakdownMessage(candidate, reason));
    }
    const delta: JsonObject = {
      ...(said.reasoning === '' ? {} : { reasoning_content: said.reasoning }),
      ...(said.text === '' ? {} : { content: said.text }),
      ...(said.toolCalls.length === 0 ? {} : { tool_calls: said.toolCalls }),
      ...(said.images.length === 0 ? {} : { images: said.images }),
      ...(said.signature === null ? {} : { extra_content: extraContent(said.signature) }),
    };
    const chunks: JsonObject[] = [];
    if (Object.keys(delta).length > 0 || !state.hasBegun) {
      const opening = state.hasBegun ? {} : { role: 'assistant', content: '' };
      state.hasBegun = true;
      const logprobs = logprobsOf(candidate.logprobsResult);
      chunks.push(this.#chunk([{ ...choice(index, { ...opening, ...delta }), logprobs }]));
    }
    // Some models repeat the reason in a last event that only counts.
    if (reason !== null && !state.isFinished) {
      state.isFinished = true;
      const finish_reason = finishReasonOf(reason, state.calls > 0);
      chunks.push(this.#chunk([{ ...choice(index, {}), finish_reason }]));
    }
    return chunks;
  }
}

function choice(index: number, delta: JsonObject): JsonObject {
  return { index, delta, logprobs: null, finish_reason: null };
}
