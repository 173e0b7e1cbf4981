import { readOpenAiUsage } from '@aigc/providers/openai-compatible';
import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions';
import { chatAnswerSchema, chatChunkSchema } from './answer-schemas.ts';
import { parseAnswer } from './parse-answer.ts';
import type { Probe } from './probe.ts';
import { TEST_IMAGE_URL } from './test-image.ts';

export interface AnswerFindings {
  /** The model that the answer names. */
  model: string | undefined;
  /** Tokens as reported, or null. */
  usage: { inputTokens: number; outputTokens: number } | null;
}

export interface StreamFindings {
  isStreamed: boolean;
  hasUsage: boolean;
  /** The stream was left before its end, because the answer ignores its limit. */
  isCut: boolean;
  rejectsStreamOptions: boolean;
}

// Enough for a word; a reasoning model spends it on thinking, which is an answer too.
const MAX_TOKENS = 16;
const MAX_CHUNKS = 200;
const PROMPT = 'Reply with the word OK.';
const IMAGE_PROMPT = 'Name the colour of this image in one word.';

type Params = ChatCompletionCreateParamsNonStreaming;

/** The smallest request that a chat model answers, with a small image for vision models. */
export function chatParams(model: string, withImage: boolean): Params {
  const content: Params['messages'][number] = withImage
    ? {
        role: 'user',
        content: [
          { type: 'text', text: IMAGE_PROMPT },
          { type: 'image_url', image_url: { url: TEST_IMAGE_URL } },
        ],
      }
    : { role: 'user', content: PROMPT };
  return { model, messages: [content], max_tokens: MAX_TOKENS };
}

/** One unary answer; also the parameters that the upstream took. Rejects when it is no chat completion. */
export async function probeAnswer(
  probe: Probe,
  params: Params,
): Promise<AnswerFindings & { params: Params }> {
  try {
    return { ...(await answer(probe, params)), params };
  } catch (error) {
    // OpenAI's newer models want the limit under its newer name.
    if (probe.status !== 400 || !/max_(?:completion_)?tokens/.test(probe.errorAnswer?.searchable ?? ''))
      throw error;
    const { max_tokens: _older, ...rest } = params;
    const renamed: Params = { ...rest, max_completion_tokens: MAX_TOKENS };
    return { ...(await answer(probe, renamed)), params: renamed };
  }
}

async function answer(probe: Probe, params: Params): Promise<AnswerFindings> {
  const body: unknown = await probe.client.chat.completions.create(params);
  const { parsed, usage } = parseAnswer(probe, body, chatAnswerSchema);
  return { model: parsed.model, usage };
}

/** One streamed answer. Rejects when the stream breaks before its first chunk, or is none. */
export async function probeStream(probe: Probe, params: Params): Promise<StreamFindings> {
  try {
    const findings = await stream(probe, { ...params, stream_options: { include_usage: true } });
    return { ...findings, rejectsStreamOptions: false };
  } catch (error) {
    // The same request was answered whole, so it is the options that are unknown.
    if (probe.status !== 400 && probe.status !== 422) throw error;
    return { ...(await stream(probe, params)), rejectsStreamOptions: true };
  }
}

async function stream(
  probe: Probe,
  params: Omit<Params, 'stream'>,
): Promise<Omit<StreamFindings, 'rejectsStreamOptions'>> {
  const chunks = await probe.client.chat.completions.create({ ...params, stream: true });
  let count = 0;
  let hasUsage = false;
  if (probe.contentType !== 'text/event-stream') {
    chunks.controller.abort();
    return { isStreamed: false, hasUsage, isCut: false };
  }
  try {
    for await (const chunk of chunks as AsyncIterable<unknown>) {
      const { choices } = chatChunkSchema.parse(chunk);
      if (choices.length > 0) count += 1;
      hasUsage ||= readOpenAiUsage(chunk as Record<string, unknown>) !== undefined;
      if (count >= MAX_CHUNKS) return { isStreamed: true, hasUsage, isCut: true };
    }
  } catch (error) {
    // A slow model may not get to its end in the time of a test; that it streams is known by then.
    if (count === 0 || probe.remainingMs > 1) throw error;
    return { isStreamed: true, hasUsage, isCut: true };
  }
  return { isStreamed: count > 0, hasUsage, isCut: false };
}
