import { setTimeout as delay } from 'node:timers/promises';
import type { Endpoint, InProcessAnswer, ProviderDefinition } from './definition.ts';
import { readOpenAiError, readOpenAiUsage } from './openai-compatible.ts';

type Json = Record<string, unknown>;

/** Pause between the words of a stream: long enough to be seen, short enough not to bore. */
const WORD_DELAY_MS = 15;
const EMBEDDING_DIMENSIONS = 256;
/** A fixed moment, so that answers are the same each time. */
const CREATED = 1_767_225_600;
const NO_HEADERS = {};

/** FNV-1a, 32 bit: a small hash to derive ids and vectors from. */
function hash(text: string, seed = 0x811c9dc5): number {
  let value = seed;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return value;
}

/** The demo's tokenizer: a run of letters or digits, or any other single character that is not a space. */
function tokens(text: string): string[] {
  // Spaces that nothing follows are looked through again from each of them: a prompt of them would stop the process.
  return text.trimEnd().match(/\s*(?:[A-Za-z0-9]+|[^\sA-Za-z0-9])/gu) ?? [];
}

interface ReadMessages {
  promptTokens: number;
  lastUserText: string;
  images: number;
}

function readMessages(messages: unknown): ReadMessages {
  const read: ReadMessages = { promptTokens: 0, lastUserText: '', images: 0 };
  if (!Array.isArray(messages)) return read;
  for (const message of messages as Json[]) {
    const parts: unknown[] = Array.isArray(message?.content) ? message.content : [message?.content];
    const texts: string[] = [];
    for (const part of parts) {
      if (typeof part === 'string') texts.push(part);
      else if (typeof part === 'object' && part !== null) {
        const { type, text } = part as Json;
        if (type === 'text' && typeof text === 'string') texts.push(text);
        if (type === 'image_url') read.images += 1;
      }
    }
    const text = texts.join('\n');
    read.promptTokens += 4 + tokens(text).length;
    if (message?.role === 'user') read.lastUserText = text;
  }
  // A round number for an image, as vision models charge by tiles.
  read.promptTokens += read.images * 85;
  return read;
}

function answerText(read: ReadMessages): string {
  const chinese = /[\u4e00-\u9fff]/.test(read.lastUserText);
  const quote = read.lastUserText.replace(/\s+/g, ' ').trim().slice(0, 200);
  const said = quote === '' ? '' : chinese ? `您说：“${quote}”。` : `You said: "${quote}". `;
  const seen =
    read.images === 0
      ? ''
      : chinese
        ? `我收到了 ${read.images} 张图片，但演示模型不会真正识别内容。`
        : `I received ${read.images} image${read.images === 1 ? '' : 's'}, which a demo does not really look at. `;
  return chinese
    ? `我是内置的演示模型，没有调用任何真实的大模型。${said}${seen}连接供应商或添加本地模型后，即可获得真实回答。`
    : `I am the built-in demo, not a real language model. ${said}${seen}Connect a provider or add a local model to get real answers.`;
}

function json(status: number, value: unknown): InProcessAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: (async function* () {
      yield Buffer.from(JSON.stringify(value));
    })(),
  };
}

function invalid(message: string, param: string): InProcessAnswer {
  return json(400, { error: { message, type: 'invalid_request_error', param, code: 'invalid_field' } });
}

function chat(request: Json, signal: AbortSignal): InProcessAnswer {
  if (!Array.isArray(request.messages) || request.messages.length === 0) {
    return invalid('messages must be a non-empty array.', 'messages');
  }
  const read = readMessages(request.messages);
  const all = tokens(answerText(read));
  const limit = Number(request.max_completion_tokens ?? request.max_tokens ?? all.length);
  const words = all.slice(0, Number.isFinite(limit) && limit >= 1 ? limit : all.length);
  const finishReason = words.length < all.length ? 'length' : 'stop';
  const model = String(request.model);
  const base = {
    id: `chatcmpl-demo-${hash(JSON.stringify(request.messages)).toString(16)}`,
    created: CREATED,
    model,
  };
  const usage = {
    prompt_tokens: read.promptTokens,
    completion_tokens: words.length,
    total_tokens: read.promptTokens + words.length,
  };
  if (request.stream !== true) {
    const message = { role: 'assistant', content: words.join(''), refusal: null };
    const choice = { index: 0, message, logprobs: null, finish_reason: finishReason };
    return json(200, { ...base, object: 'chat.completion', choices: [choice], usage });
  }
  const options = request.stream_options as Json | undefined;
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream' },
    body: streamChunks({
      base,
      words,
      finishReason,
      usage,
      includeUsage: options?.include_usage === true,
      signal,
    }),
  };
}

interface DemoStream {
  base: Json;
  words: string[];
  finishReason: string;
  usage: Json;
  includeUsage: boolean;
  signal: AbortSignal;
}

async function* streamChunks(stream: DemoStream): AsyncGenerator<Buffer> {
  const event = (choices: unknown[], usage?: Json) => {
    const chunk = { ...stream.base, object: 'chat.completion.chunk', choices };
    const withUsage = stream.includeUsage ? { ...chunk, usage: usage ?? null } : chunk;
    return Buffer.from(`data: ${JSON.stringify(withUsage)}\n\n`);
  };
  const choice = (delta: Json, finish: string | null) => [
    { index: 0, delta, logprobs: null, finish_reason: finish },
  ];
  yield event(choice({ role: 'assistant', content: '' }, null));
  for (const word of stream.words) {
    await delay(WORD_DELAY_MS, undefined, { signal: stream.signal });
    yield event(choice({ content: word }, null));
  }
  yield event(choice({}, stream.finishReason));
  if (stream.includeUsage) yield event([], stream.usage);
  yield Buffer.from('data: [DONE]\n\n');
}

/** A unit vector that depends on the text alone: equal texts are equal, others are not alike in any sense. */
function vector(text: string, dimensions: number): number[] {
  const values: number[] = [];
  let state = hash(text);
  for (let index = 0; index < dimensions; index += 1) {
    state = hash(String(index), state);
    values.push(state / 0xffffffff - 0.5);
  }
  const norm = Math.hypot(...values);
  return values.map((value) => value / norm);
}

function embeddings(request: Json): InProcessAnswer {
  const { input } = request;
  // One text, several texts, one list of token ids, or several of them.
  const isTokenList = Array.isArray(input) && input.every((item) => typeof item === 'number');
  const inputs: unknown[] = Array.isArray(input) && !isTokenList ? input : [input];
  if (inputs.length === 0 || inputs.some((item) => typeof item !== 'string' && !Array.isArray(item))) {
    return invalid('input must be a string, an array of strings, or arrays of token ids.', 'input');
  }
  const wanted = request.dimensions ?? EMBEDDING_DIMENSIONS;
  if (typeof wanted !== 'number' || !Number.isInteger(wanted) || wanted < 1 || wanted > 4096) {
    return invalid('dimensions must be a whole number from 1 to 4096.', 'dimensions');
  }
  const data = inputs.map((item, index) => {
    const values = vector(typeof item === 'string' ? item : JSON.stringify(item), wanted);
    const embedding =
      request.encoding_format === 'base64'
        ? Buffer.from(Float32Array.from(values).buffer).toString('base64')
        : values;
    return { object: 'embedding', index, embedding };
  });
  const promptTokens = inputs.reduce<number>(
    (sum, item) =>
      sum + (typeof item === 'string' ? tokens(item).length : Array.isArray(item) ? item.length : 0),
    0,
  );
  const usage = { prompt_tokens: promptTokens, total_tokens: promptTokens };
  return json(200, { object: 'list', data, model: String(request.model), usage });
}

/** The built-in provider: deterministic answers that say what they are, without a network. */
export const demo: ProviderDefinition = {
  id: 'demo',
  label: 'Demo',
  serves: (endpoint) => endpoint === 'chat/completions' || endpoint === 'embeddings',
  usageInStreamOnRequest: true,
  outputLimitField: () => 'max_tokens',
  buildRequest: (target, endpoint, request) => ({
    url: `demo:${endpoint}`,
    headers: NO_HEADERS,
    body: request.with({ model: target.model }),
  }),
  readUsage: readOpenAiUsage,
  readError: readOpenAiError,
  answer(endpoint: Endpoint, body: Buffer, signal: AbortSignal): InProcessAnswer {
    const request = JSON.parse(body.toString('utf8')) as Json;
    return endpoint === 'embeddings' ? embeddings(request) : chat(request, signal);
  },
};
