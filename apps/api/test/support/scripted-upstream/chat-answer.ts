import type { Behaviour, ScriptedUsage } from './behaviour.ts';

/** What the upstream reads from a chat request. */
export interface ChatRequest {
  model: string;
  stream: boolean;
  includeUsage: boolean;
  /** The number of answers asked for. */
  n: number;
}

/** A chunk of a stream, and the usage that it reports. */
export interface ChatChunk {
  payload: Record<string, unknown>;
  usage: ScriptedUsage | null;
}

type Delta = Record<string, unknown>;

const CREATED_AT_SECONDS = 1_700_000_000;
const DEFAULT_TEXT = 'Hello from the scripted upstream.';
const DEFAULT_PROMPT_TOKENS = 10;

/** The usage that a behaviour reports: its own, or ten prompt tokens and one for each piece of text. */
export function usageOf(behaviour: Behaviour): ScriptedUsage | null {
  if (behaviour.usage !== undefined) return behaviour.usage;
  return { promptTokens: DEFAULT_PROMPT_TOKENS, completionTokens: piecesOf(behaviour).length };
}

/** Usage as OpenAI writes it. */
export function usagePayload(usage: ScriptedUsage): Record<string, unknown> {
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    total_tokens: usage.promptTokens + usage.completionTokens,
    ...(usage.cachedTokens === undefined && usage.cacheWriteTokens === undefined
      ? {}
      : {
          prompt_tokens_details: {
            cached_tokens: usage.cachedTokens ?? 0,
            ...(usage.cacheWriteTokens === undefined ? {} : { cache_write_tokens: usage.cacheWriteTokens }),
          },
        }),
    ...(usage.reasoningTokens === undefined
      ? {}
      : { completion_tokens_details: { reasoning_tokens: usage.reasoningTokens } }),
  };
}

/** A unary `chat.completion`. */
export function chatCompletion(id: string, request: ChatRequest, behaviour: Behaviour): ChatChunk {
  const usage = usageOf(behaviour);
  const message = {
    role: 'assistant',
    content: behaviour.toolCalls === undefined && behaviour.refusal === undefined ? textOf(behaviour) : null,
    refusal: behaviour.refusal ?? null,
    ...(behaviour.reasoning === undefined ? {} : { reasoning_content: behaviour.reasoning }),
    ...(behaviour.toolCalls === undefined ? {} : { tool_calls: behaviour.toolCalls.map(toolCallPayload) }),
  };
  const choices = Array.from({ length: request.n }, (_, index) => ({
    index,
    message,
    logprobs: null,
    finish_reason: finishReasonOf(behaviour),
  }));
  return {
    usage,
    payload: {
      ...head(id, 'chat.completion', request, behaviour),
      choices,
      ...(usage === null ? {} : { usage: usagePayload(usage) }),
    },
  };
}

/** The chunks of a streamed answer, `[DONE]` not included. */
export function chatChunks(id: string, request: ChatRequest, behaviour: Behaviour): ChatChunk[] {
  const usage = usageOf(behaviour);
  const placement = behaviour.usagePlacement ?? 'when_asked';
  const isAsked = placement === 'when_asked' && request.includeUsage;
  const base = head(id, 'chat.completion.chunk', request, behaviour);
  const lastChoice = request.n - 1;

  function chunk(index: number, delta: Delta, finishReason: string | null): ChatChunk {
    const isLast = finishReason !== null && index === lastChoice;
    const reports =
      usage !== null && (placement === 'every_chunk' || (placement === 'finish_chunk' && isLast));
    return {
      usage: reports && isLast ? usage : null,
      payload: {
        ...base,
        choices: [{ index, delta, logprobs: null, finish_reason: finishReason }],
        ...(reports ? { usage: usagePayload(usage) } : isAsked ? { usage: null } : {}),
      },
    };
  }

  const chunks = deltasOf(behaviour).flatMap((delta) =>
    Array.from({ length: request.n }, (_, index) => chunk(index, delta, null)),
  );
  for (let index = 0; index < request.n; index += 1) chunks.push(chunk(index, {}, finishReasonOf(behaviour)));
  if (usage !== null && (isAsked || placement === 'always')) {
    chunks.push({ usage, payload: { ...base, choices: [], usage: usagePayload(usage) } });
  }
  return chunks;
}

function head(
  id: string,
  object: string,
  request: ChatRequest,
  behaviour: Behaviour,
): Record<string, unknown> {
  return {
    id,
    object,
    created: CREATED_AT_SECONDS,
    model: behaviour.answerModel ?? request.model,
    system_fingerprint: 'fp_scripted',
  };
}

function textOf(behaviour: Behaviour): string {
  return behaviour.text ?? behaviour.pieces?.join('') ?? DEFAULT_TEXT;
}

function piecesOf(behaviour: Behaviour): readonly string[] {
  return behaviour.pieces ?? textOf(behaviour).split(/(?<=\s)/);
}

function finishReasonOf(behaviour: Behaviour): string {
  return behaviour.finishReason ?? (behaviour.toolCalls === undefined ? 'stop' : 'tool_calls');
}

function toolCallPayload(call: { id: string; name: string; arguments: string }): Record<string, unknown> {
  return { id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } };
}

function deltasOf(behaviour: Behaviour): Delta[] {
  const deltas: Delta[] = [{ role: 'assistant', content: '', refusal: null }];
  if (behaviour.reasoning !== undefined) deltas.push({ reasoning_content: behaviour.reasoning });
  if (behaviour.toolCalls !== undefined) {
    for (const [index, call] of behaviour.toolCalls.entries()) {
      const half = Math.ceil(call.arguments.length / 2);
      const opened = toolCallPayload({ ...call, arguments: '' });
      deltas.push({ tool_calls: [{ index, ...opened }] });
      deltas.push({ tool_calls: [{ index, function: { arguments: call.arguments.slice(0, half) } }] });
      deltas.push({ tool_calls: [{ index, function: { arguments: call.arguments.slice(half) } }] });
    }
    return deltas;
  }
  if (behaviour.refusal !== undefined) return [...deltas, { refusal: behaviour.refusal }];
  return [...deltas, ...piecesOf(behaviour).map((content) => ({ content }))];
}
