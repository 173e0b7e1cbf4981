import type { WritingContext } from '../../client-protocol.ts';
import type { JsonObject } from '../../definition.ts';
import { countOf, isObject, objectOf } from '../../json-values.ts';

/** Ids of one response and its items, made of the call's. */
export class ResponseIds {
  readonly #stem: string;
  #items = 0;

  constructor({ requestId }: Pick<WritingContext, 'requestId'>) {
    this.#stem = requestId.replace(/^req_/, '');
  }

  get response(): string {
    return `resp_${this.#stem}`;
  }

  /** A new one for each item. */
  item(prefix: 'msg' | 'fc' | 'rs' | 'call'): string {
    this.#items += 1;
    return `${prefix}_${this.#stem}${this.#items.toString(36).padStart(2, '0')}`;
  }
}

/** Members of the response that repeat the request, with what applies where it is silent. */
function repeated(request: JsonObject): JsonObject {
  const given = (name: string, otherwise: unknown) => request[name] ?? otherwise;
  return {
    instructions: given('instructions', null),
    max_output_tokens: given('max_output_tokens', null),
    max_tool_calls: given('max_tool_calls', null),
    metadata: given('metadata', {}),
    parallel_tool_calls: given('parallel_tool_calls', true),
    previous_response_id: null,
    reasoning: { effort: null, summary: null, ...objectOf(request.reasoning) },
    service_tier: given('service_tier', 'auto'),
    store: false,
    temperature: given('temperature', 1),
    text: { format: { type: 'text' }, ...objectOf(request.text) },
    tool_choice: given('tool_choice', 'auto'),
    tools: given('tools', []),
    top_logprobs: given('top_logprobs', 0),
    top_p: given('top_p', 1),
    truncation: given('truncation', 'disabled'),
    user: given('user', null),
  };
}

export interface ResponseState {
  id: string;
  createdAtSeconds: number;
  status: 'in_progress' | 'completed' | 'incomplete' | 'failed';
  output: JsonObject[];
  /** Of the chat completion; null: none. */
  finishReason: string | null;
  /** OpenAI's usage of a chat completion; undefined: not reported. */
  usage: unknown;
  error: { code: string; message: string } | null;
}

/** The response object, at any stage of it. */
export function responseObject(state: ResponseState, { request, model }: WritingContext): JsonObject {
  return {
    id: state.id,
    object: 'response',
    created_at: state.createdAtSeconds,
    status: state.status,
    background: false,
    error: state.error,
    incomplete_details: incompleteDetails(state),
    model,
    output: state.output,
    ...repeated(request),
    usage: responseUsage(state.usage),
  };
}

/** Why a chat completion with this reason is no complete response; null: it is one. */
export function incompleteReason(finishReason: string | null): string | null {
  if (finishReason === 'length') return 'max_output_tokens';
  return finishReason === 'content_filter' ? 'content_filter' : null;
}

function incompleteDetails({ status, finishReason }: ResponseState): JsonObject | null {
  return status === 'incomplete' ? { reason: incompleteReason(finishReason) } : null;
}

/** https://platform.openai.com/docs/api-reference/responses/object: `usage` */
function responseUsage(usage: unknown): JsonObject | null {
  if (!isObject(usage)) return null;
  const input = countOf(usage.prompt_tokens);
  const output = countOf(usage.completion_tokens);
  const inputDetails = objectOf(usage.prompt_tokens_details);
  const outputDetails = objectOf(usage.completion_tokens_details);
  return {
    input_tokens: input,
    input_tokens_details: {
      cached_tokens: countOf(inputDetails.cached_tokens ?? usage.prompt_cache_hit_tokens),
      cache_write_tokens: countOf(inputDetails.cache_write_tokens),
    },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: countOf(outputDetails.reasoning_tokens) },
    total_tokens: input + output,
  };
}

/** When the answer was made: what the upstream says of it, else now. */
export function createdAtSeconds(created: unknown): number {
  return typeof created === 'number' && Number.isFinite(created) && created > 0
    ? Math.floor(created)
    : Math.floor(Date.now() / 1000);
}

/** Log probabilities of a choice as the Responses API writes them. */
export function responseLogprobs(logprobs: unknown): unknown[] {
  const content = isObject(logprobs) ? logprobs.content : null;
  return Array.isArray(content) ? content : [];
}

/** Sources that a message cites. */
export function responseAnnotations(annotations: unknown): unknown[] {
  if (!Array.isArray(annotations)) return [];
  return annotations.map((annotation: unknown) =>
    isObject(annotation) && isObject(annotation.url_citation)
      ? { type: 'url_citation', ...annotation.url_citation }
      : annotation,
  );
}
