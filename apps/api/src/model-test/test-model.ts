import OpenAI from 'openai';
import { providerDefinition } from '@aigc/providers/registry';
import type { ModelConnection } from '@aigc/core/models/model-connection';
import type { ModelTestEvent } from '@aigc/shared/schemas/connection-test';
import type { Container } from '../container.ts';
import { createModelFetch } from './model-fetch.ts';
import { testFailureOf } from './test-failure.ts';

export type ModelTestResult = Extract<ModelTestEvent, { type: 'result' }>;

export interface ModelTestInput {
  message: string;
  /** An image as a data URL, of a size that models take. */
  image: string | null;
  signal: AbortSignal | undefined;
}

const TIMEOUT_MS = 120_000;
/** A test shows that a model answers; a model that does not stop is cut off here. */
const MAX_ANSWER_CHARS = 20_000;
/** Never asked: the model's provider decides where a request goes. */
const BASE_URL = 'http://model.invalid/v1';

/** Asks a model once, streaming, and tells what it says as it comes, then what it took. Never throws for the model's failures. */
export async function* testModel(
  { outbound, accessTokens }: Pick<Container, 'outbound' | 'accessTokens'>,
  connection: ModelConnection,
  input: ModelTestInput,
): AsyncGenerator<ModelTestEvent, void> {
  const { baseUrl, apiKey, settings, upstreamModel } = connection;
  const client = new OpenAI({
    // The definition sends the model's own key.
    apiKey: 'none',
    baseURL: BASE_URL,
    maxRetries: 0,
    timeout: TIMEOUT_MS,
    fetch: createModelFetch({
      definition: providerDefinition(connection.dialect),
      target: { baseUrl, apiKey, settings, model: upstreamModel },
      accessTokens,
      outbound,
    }),
  });
  const startedMs = performance.now();
  const elapsedMs = () => Math.round(performance.now() - startedMs);
  const result: ModelTestResult = {
    type: 'result',
    ok: true,
    latency_ms: null,
    ttft_ms: null,
    input_tokens: null,
    output_tokens: null,
    reason: null,
    message: null,
  };
  try {
    const parts =
      connection.type === 'embedding' ? embed(client, connection, input) : chat(client, connection, input);
    for await (const part of parts) {
      if (part.text !== undefined && part.text !== '') {
        result.ttft_ms ??= elapsedMs();
        yield { type: 'delta', text: part.text };
      }
      if (part.usage) {
        result.input_tokens = part.usage.prompt_tokens ?? null;
        result.output_tokens = part.usage.completion_tokens ?? null;
      }
    }
    if (result.ttft_ms === null) {
      Object.assign(result, { ok: false, reason: 'not_openai', message: 'The model answered nothing.' });
    }
  } catch (error) {
    Object.assign(result, { ok: false, ...testFailureOf(error, apiKey) });
  }
  yield { ...result, latency_ms: elapsedMs() };
}

interface AnswerPart {
  text?: string;
  usage?: { prompt_tokens?: number; completion_tokens?: number } | null | undefined;
}

async function* chat(
  client: OpenAI,
  connection: ModelConnection,
  { message, image, signal }: ModelTestInput,
): AsyncGenerator<AnswerPart, void> {
  const content: OpenAI.ChatCompletionContentPart[] = [{ type: 'text', text: message }];
  if (image !== null) content.push({ type: 'image_url', image_url: { url: image } });
  const request = {
    model: connection.upstreamModel,
    // Some servers take parts only with images.
    messages: [{ role: 'user' as const, content: image === null ? message : content }],
    stream: true as const,
  };
  const options = signal === undefined ? {} : { signal };
  const stream = await client.chat.completions
    .create({ ...request, stream_options: { include_usage: true } }, options)
    .catch((error: unknown) => {
      // Some servers refuse the option that asks for usage; the model itself may be well.
      if (!(error instanceof OpenAI.BadRequestError)) throw error;
      return client.chat.completions.create(request, options);
    });
  let length = 0;
  for await (const chunk of stream) {
    const text = chunk.choices?.[0]?.delta?.content ?? '';
    length += text.length;
    yield { text, usage: chunk.usage };
    // Leaving the loop cancels the call.
    if (length > MAX_ANSWER_CHARS) return;
  }
}

/** How many of a vector's numbers are shown. */
const SHOWN_NUMBERS = 8;

async function* embed(
  client: OpenAI,
  connection: ModelConnection,
  { message, signal }: ModelTestInput,
): AsyncGenerator<AnswerPart, void> {
  const answer = await client.embeddings.create(
    { model: connection.upstreamModel, input: message, encoding_format: 'float' },
    signal === undefined ? {} : { signal },
  );
  const vector = answer.data[0]?.embedding ?? [];
  const shown = vector.slice(0, SHOWN_NUMBERS).map((value) => value.toFixed(4));
  const text = vector.length === 0 ? '' : `[${shown.join(', ')}, …] (${vector.length})`;
  yield { text, usage: { prompt_tokens: answer.usage?.prompt_tokens, completion_tokens: 0 } };
}
