import { AppError } from '@aigc/shared/errors';
import { resolveEndpoint } from '@aigc/shared/resolve-endpoint';
import type {
  Endpoint,
  ProviderDefinition,
  UpstreamErrorBody,
  UpstreamRequest,
  UpstreamTarget,
  Usage,
} from './definition.ts';
import { OPENAI_FORM, servesLikeOpenAi } from './openai-endpoints.ts';
import type { RequestDocument } from './request-document.ts';

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Far above any context length, and what a 32-bit column of the call log can hold. */
const MAX_TOKENS = 2_147_483_647;

/** A token count as upstreams send it; anything but a whole, not negative, possible number counts as absent. */
function count(value: unknown): number | undefined {
  const isCount = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_TOKENS;
  return isCount ? value : undefined;
}

type Address = Pick<UpstreamRequest, 'url' | 'headers'>;

/** Addresses of targets that are in use; a changed target is another object. */
const addresses = new WeakMap<UpstreamTarget, Map<Endpoint, Address>>();

function addressOf(target: UpstreamTarget, endpoint: Endpoint): Address {
  let known = addresses.get(target);
  if (known === undefined) addresses.set(target, (known = new Map()));
  let address = known.get(endpoint);
  if (address === undefined) known.set(endpoint, (address = makeAddress(target, endpoint)));
  return address;
}

function makeAddress(target: UpstreamTarget, endpoint: Endpoint): Address {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (target.apiKey !== null) headers.authorization = `Bearer ${target.apiKey}`;
  const resolved = resolveEndpoint(target.baseUrl, endpoint);
  // Saved addresses were checked; one that fails here was changed in the database by hand.
  if (!resolved.ok)
    throw new AppError('upstream_unreachable', 'The address of this model is not a valid URL.');
  return { url: resolved.url, headers };
}

function buildRequest(target: UpstreamTarget, endpoint: Endpoint, request: RequestDocument): UpstreamRequest {
  const { url, headers } = addressOf(target, endpoint);
  return { url, headers, body: request.with({ model: target.model }) };
}

/** https://platform.openai.com/docs/api-reference/chat/object: `usage`; embeddings have no completion tokens. */
export function readOpenAiUsage(answer: Json): Usage | undefined {
  const usage = answer.usage;
  if (!isObject(usage)) return undefined;
  const inputTokens = count(usage.prompt_tokens);
  const outputTokens = count(usage.completion_tokens ?? 0);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const input = isObject(usage.prompt_tokens_details) ? usage.prompt_tokens_details : {};
  const output = isObject(usage.completion_tokens_details) ? usage.completion_tokens_details : {};
  return {
    inputTokens,
    outputTokens,
    // DeepSeek reports its cache beside the details: https://api-docs.deepseek.com/api/create-chat-completion
    cachedTokens: count(input.cached_tokens) ?? count(usage.prompt_cache_hit_tokens) ?? 0,
    reasoningTokens: count(output.reasoning_tokens) ?? 0,
    ...detailsOf(input, output),
  };
}

/** Nothing at all where there is nothing to say, which is the rule. */
function detailsOf(input: Json, output: Json): Pick<Usage, 'details'> | undefined {
  const cacheWriteTokens = count(input.cache_write_tokens) ?? 0;
  const cacheWriteHourTokens = Math.min(count(input.cache_write_1h_tokens) ?? 0, cacheWriteTokens);
  const audioInputTokens = count(input.audio_tokens) ?? 0;
  const audioOutputTokens = count(output.audio_tokens) ?? 0;
  if (cacheWriteTokens + audioInputTokens + audioOutputTokens === 0) return undefined;
  return {
    details: {
      ...(cacheWriteTokens === 0 ? {} : { cacheWriteTokens }),
      ...(cacheWriteHourTokens === 0 ? {} : { cacheWriteHourTokens }),
      ...(audioInputTokens === 0 ? {} : { audioInputTokens }),
      ...(audioOutputTokens === 0 ? {} : { audioOutputTokens }),
    },
  };
}

function text(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : null;
}

/** Reads `{error: {...}}`, and the forms that local servers use: `{error: "…"}`, `{message}`, `{detail}`. */
export function readOpenAiError(answer: unknown): UpstreamErrorBody | undefined {
  if (!isObject(answer)) return undefined;
  const error = answer.error ?? answer;
  if (typeof error === 'string') return { message: error, type: null, code: null, param: null };
  if (!isObject(error)) return undefined;
  const message = text(error.message) ?? text(error.detail);
  if (message === null) return undefined;
  return { message, type: text(error.type), code: text(error.code), param: text(error.param) };
}

/** Every address that speaks OpenAI's protocol: cloud providers' compatible modes, vLLM, Ollama, LM Studio, … */
export const openAiCompatible: ProviderDefinition = {
  id: 'openai-compatible',
  label: 'OpenAI-compatible',
  serves: servesLikeOpenAi,
  form: OPENAI_FORM,
  usageInStreamOnRequest: true,
  // OpenAI's reasoning models refuse the older name; other vendors may not know the newer one.
  outputLimitField: (target) =>
    new URL(target.baseUrl).hostname === 'api.openai.com' ? 'max_completion_tokens' : 'max_tokens',
  buildRequest,
  readUsage: readOpenAiUsage,
  readError: readOpenAiError,
};
