import type { JsonObject } from '../../definition.ts';
import { countOf, isObject, objectsOf } from '../../json-values.ts';

/** Tokens of one kind of content, e.g. `AUDIO`: https://ai.google.dev/api/generate-content#ModalityTokenCount */
function tokensOf(details: unknown, modality: string): number {
  return objectsOf(details)
    .filter((detail) => detail.modality === modality)
    .reduce((sum, detail) => sum + countOf(detail.tokenCount), 0);
}

/**
 * Google's count of tokens as OpenAI's `usage`. Thoughts are paid as output but counted apart from the
 * answer; what tools of Google's own read is input, counted apart from the prompt.
 * https://ai.google.dev/api/generate-content#UsageMetadata
 */
export function toOpenAiUsage(metadata: unknown): JsonObject | undefined {
  if (!isObject(metadata) || typeof metadata.promptTokenCount !== 'number') return undefined;
  const thoughts = countOf(metadata.thoughtsTokenCount);
  const prompt = countOf(metadata.promptTokenCount) + countOf(metadata.toolUsePromptTokenCount);
  const completion = countOf(metadata.candidatesTokenCount) + thoughts;
  const audioIn = tokensOf(metadata.promptTokensDetails, 'AUDIO');
  const audioOut = tokensOf(metadata.candidatesTokensDetails, 'AUDIO');
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: {
      cached_tokens: countOf(metadata.cachedContentTokenCount),
      ...(audioIn > 0 ? { audio_tokens: audioIn } : {}),
    },
    completion_tokens_details: {
      reasoning_tokens: thoughts,
      ...(audioOut > 0 ? { audio_tokens: audioOut } : {}),
    },
  };
}
