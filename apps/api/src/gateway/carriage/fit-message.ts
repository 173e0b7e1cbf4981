import type { ChatRequest } from '@aigc/providers/client-protocol';
import type { ModelEntry } from '@aigc/core/snapshot/snapshot';

/** What is known of the model that a message is asked of. */
export interface FittingModel {
  entry: Pick<ModelEntry, 'capabilities' | 'maxOutputTokens'>;
  /** Its dialect knows by itself which models think. */
  judgesEffort: boolean;
}

/**
 * Anthropic's clients ask every model for what Claude can do: as many tokens as it writes, and how much to think.
 * Another model may refuse a limit above its own, and to be told about thinking if it does not think.
 */
export function fitMessage(asked: ChatRequest, { entry, judgesEffort }: FittingModel): ChatRequest {
  const { chat, parameters } = asked;
  const limit = Math.min(Number(chat.max_completion_tokens), entry.maxOutputTokens ?? Infinity);
  const fitted = { chat: { ...chat, max_completion_tokens: limit }, parameters };
  return judgesEffort || entry.capabilities.includes('reasoning') ? fitted : withoutEffort(fitted);
}

function withoutEffort({ chat, parameters }: ChatRequest): ChatRequest {
  if (chat.reasoning_effort === undefined) return { chat, parameters };
  const { reasoning_effort: _effort, ...rest } = chat;
  const names = new Set(['thinking', 'output_config']);
  const lost = parameters.mapped.filter((name) => names.has(name));
  return {
    chat: rest,
    parameters: {
      mapped: parameters.mapped.filter((name) => !names.has(name)),
      dropped: [...parameters.dropped, ...lost],
    },
  };
}
