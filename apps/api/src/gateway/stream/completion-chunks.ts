import { isJsonObject, type JsonObject } from '../body/parse-json-object.ts';

/**
 * A complete chat completion as the chunks of a stream, for upstreams that answer a streaming request
 * with plain JSON: one chunk per choice, then one for the usage.
 */
export function completionChunks(completion: JsonObject): string[] {
  const { choices, usage, object: _object, ...rest } = completion;
  const chunk = (members: JsonObject) =>
    JSON.stringify({ ...rest, object: 'chat.completion.chunk', ...members });
  const deltas = (Array.isArray(choices) ? (choices as unknown[]) : []).filter(isJsonObject).map((choice) => {
    const { message, ...others } = choice;
    return chunk({ choices: [{ ...others, delta: withToolIndexes(message) }] });
  });
  return isJsonObject(usage) ? [...deltas, chunk({ choices: [], usage })] : deltas;
}

/** In a delta, each tool call names its place; in a message, its position does. */
function withToolIndexes(message: unknown): JsonObject {
  if (!isJsonObject(message)) return {};
  if (!Array.isArray(message.tool_calls)) return message;
  const calls = (message.tool_calls as unknown[]).map((call, index) =>
    isJsonObject(call) ? { index, ...call } : call,
  );
  return { ...message, tool_calls: calls };
}
