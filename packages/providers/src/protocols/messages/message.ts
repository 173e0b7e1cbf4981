import type { WritingContext } from '../../client-protocol.ts';
import type { JsonObject } from '../../definition.ts';
import { countOf, objectOf, stringOf } from '../../json-values.ts';

/** Usage of a chat completion in the words of the Messages API: what concerns the cache comes beside the input. */
export function messageUsage(usage: unknown): JsonObject {
  const given = objectOf(usage);
  const details = objectOf(given.prompt_tokens_details);
  const read = countOf(details.cached_tokens) || countOf(given.prompt_cache_hit_tokens);
  const written = countOf(details.cache_write_tokens);
  const reasoning = countOf(objectOf(given.completion_tokens_details).reasoning_tokens);
  return {
    input_tokens: Math.max(0, countOf(given.prompt_tokens) - read - written),
    cache_creation_input_tokens: written,
    cache_read_input_tokens: read,
    output_tokens: countOf(given.completion_tokens),
    output_tokens_details: reasoning === 0 ? null : { thinking_tokens: reasoning },
    server_tool_use: null,
  };
}

/** A message without content, as streams begin with it. */
export function emptyMessage({ model, requestId }: WritingContext): JsonObject {
  return {
    id: `msg_${requestId}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    container: null,
    diagnostics: null,
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage: wholeUsage(undefined),
  };
}

/** With the members that only a message has, not a stream's later events. */
export function wholeUsage(usage: unknown): JsonObject {
  return {
    ...messageUsage(usage),
    cache_creation: cacheCreation(usage),
    inference_geo: null,
    service_tier: 'standard',
    speed: null,
  };
}

/** How long what was written stays; null: not told. */
function cacheCreation(usage: unknown): JsonObject | null {
  const details = objectOf(objectOf(usage).prompt_tokens_details);
  if (details.cache_write_1h_tokens === undefined) return null;
  const hour = countOf(details.cache_write_1h_tokens);
  const minutes = Math.max(0, countOf(details.cache_write_tokens) - hour);
  return { ephemeral_1h_input_tokens: hour, ephemeral_5m_input_tokens: minutes };
}

const STOP_REASONS: Readonly<Record<string, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  function_call: 'tool_use',
  content_filter: 'refusal',
};

/** What is known of how an answer ended. */
export interface Ending {
  finishReason: unknown;
  /** Some servers tell which of the stop sequences it was. */
  stopReason: unknown;
  hasCalls: boolean;
  refusal: string | null;
}

/** Why an answer stopped, as members of a message. */
export function stopMembers(ending: Ending, request: JsonObject): JsonObject {
  const { finishReason, stopReason, hasCalls, refusal } = ending;
  const sequences: unknown[] = Array.isArray(request.stop_sequences) ? request.stop_sequences : [];
  const sequence = finishReason === 'stop' && sequences.includes(stopReason) ? stringOf(stopReason) : null;
  return {
    stop_reason: sequence === null ? reasonOf(ending, hasCalls) : 'stop_sequence',
    stop_sequence: sequence,
    stop_details: refusal === null ? null : { type: 'refusal', category: null, explanation: refusal },
  };
}

function reasonOf({ finishReason, refusal }: Ending, hasCalls: boolean): string {
  if (refusal !== null) return 'refusal';
  const reason = STOP_REASONS[String(finishReason)] ?? 'end_turn';
  // Not every server says so when it calls tools.
  return reason === 'end_turn' && hasCalls ? 'tool_use' : reason;
}
