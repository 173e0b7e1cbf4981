import type { AnswerContext, JsonObject } from '../../definition.ts';
import { objectOf, objectsOf, stringOf } from '../../json-values.ts';
import { UpstreamAnswerError } from '../../mapping-errors.ts';
import { extraContent, finishReasonOf, isBreakdown, logprobsOf, readParts } from './candidate.ts';
import { messageOfError } from './errors.ts';
import { toOpenAiUsage } from './usage.ts';

/** A `GenerateContentResponse` as a chat completion. @throws UpstreamAnswerError */
export function toChatCompletion(answer: JsonObject, { target }: AnswerContext): JsonObject {
  const failure = messageOfError(answer);
  if (failure !== null) throw new UpstreamAnswerError(failure);
  const responseId = stringOf(answer.responseId) ?? crypto.randomUUID();
  const candidates = objectsOf(answer.candidates);
  const refusal = candidates.length === 0 ? refusedPrompt(answer) : null;
  if (candidates.length === 0 && refusal === null) {
    throw new UpstreamAnswerError('The upstream answered without a candidate.');
  }
  const usage = toOpenAiUsage(answer.usageMetadata);
  return {
    id: `chatcmpl-${responseId}`,
    object: 'chat.completion',
    created: createdAt(answer),
    model: stringOf(answer.modelVersion) ?? target.model,
    choices:
      refusal === null
        ? candidates.map((candidate, place) => choiceOf(candidate, { place, responseId }))
        : [refusedChoice(refusal)],
    ...(usage === undefined ? {} : { usage }),
  };
}

/** Seconds since the epoch; Vertex AI tells when it made the answer. */
export function createdAt(answer: JsonObject): number {
  const toldMs = Date.parse(stringOf(answer.createTime) ?? '');
  return Math.floor((Number.isNaN(toldMs) ? Date.now() : toldMs) / 1000);
}

/** Why a prompt got no answer at all; null: it did not come to that. */
export function refusedPrompt(answer: JsonObject): string | null {
  const feedback = objectOf(answer.promptFeedback);
  const reason = stringOf(feedback.blockReason);
  if (reason === null) return null;
  const told = stringOf(feedback.blockReasonMessage);
  return `The prompt was blocked (${reason})${told === null ? '.' : `: ${told}`}`;
}

function refusedChoice(refusal: string): JsonObject {
  return {
    index: 0,
    message: { role: 'assistant', content: null, refusal },
    logprobs: null,
    finish_reason: 'content_filter',
  };
}

function choiceOf(candidate: JsonObject, at: { place: number; responseId: string }): JsonObject {
  const index = typeof candidate.index === 'number' ? candidate.index : at.place;
  const said = readParts(candidate.content, { responseId: at.responseId, candidate: index, callsBefore: 0 });
  const reason = stringOf(candidate.finishReason) ?? 'STOP';
  const hasCalls = said.toolCalls.length > 0;
  if (isBreakdown(reason) && said.text === '' && !hasCalls && said.images.length === 0) {
    throw new UpstreamAnswerError(breakdownMessage(candidate, reason));
  }
  const calls = said.toolCalls.map(({ index: _place, ...call }) => call);
  return {
    index,
    message: {
      role: 'assistant',
      content: said.text === '' && (hasCalls || said.images.length > 0) ? null : said.text,
      refusal: null,
      ...(said.reasoning === '' ? {} : { reasoning_content: said.reasoning }),
      ...(hasCalls ? { tool_calls: calls } : {}),
      ...(said.images.length > 0 ? { images: said.images } : {}),
      ...(said.signature === null ? {} : { extra_content: extraContent(said.signature) }),
    },
    logprobs: logprobsOf(candidate.logprobsResult),
    finish_reason: finishReasonOf(reason, hasCalls),
  };
}

export function breakdownMessage(candidate: JsonObject, reason: string): string {
  const told = stringOf(candidate.finishMessage);
  return `The model gave no answer (${reason})${told === null ? '.' : `: ${told}`}`;
}
