import OpenAI, {
  APIError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  toFile,
} from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { expect } from 'vitest';
import { z } from 'zod';
import type { Check, CheckContext, Feature } from './check.ts';
import { OBJECT, REFUSE, FALTER, TOKENS, WAIT } from './upstreams/scene.ts';

const CITY = z.object({ city: z.string(), degrees: z.number() });
const WEATHER = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
} as const;
/** One pixel. */
const IMAGE =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const clientOf = ({ origin, key }: CheckContext, maxRetries = 0) =>
  new OpenAI({ baseURL: `${origin}/v1`, apiKey: key, maxRetries });

const user = (content: string) => [{ role: 'user' as const, content }];

async function chat(context: CheckContext): Promise<void> {
  const answer = await clientOf(context).chat.completions.create({
    model: context.chat,
    messages: user('Hi'),
  });
  expect(answer.choices[0]).toMatchObject({
    finish_reason: 'stop',
    message: { role: 'assistant', content: 'You said: Hi', refusal: null },
  });
  expect(answer.usage).toMatchObject({ prompt_tokens: TOKENS.input, completion_tokens: TOKENS.output });
}

async function stream(context: CheckContext): Promise<void> {
  const chunks = await clientOf(context).chat.completions.create({
    model: context.chat,
    messages: user('Hi'),
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = '';
  let reason: string | null = null;
  let usage: OpenAI.CompletionUsage | null | undefined;
  for await (const chunk of chunks) {
    text += chunk.choices[0]?.delta.content ?? '';
    reason = chunk.choices[0]?.finish_reason ?? reason;
    usage = chunk.usage ?? usage;
  }
  expect({ text, reason }).toEqual({ text: 'You said: Hi', reason: 'stop' });
  expect(usage).toMatchObject({ prompt_tokens: TOKENS.input, completion_tokens: TOKENS.output });
}

async function tools(context: CheckContext): Promise<void> {
  const client = clientOf(context);
  const asked = { model: context.chat, tools: [WEATHER] };
  const first = await client.chat.completions.create({ ...asked, messages: user('Weather?') });
  const message = first.choices[0]?.message;
  const call = message?.tool_calls?.[0];
  if (message === undefined || call?.type !== 'function') throw new Error('no tool was called');
  expect(first.choices[0]?.finish_reason).toBe('tool_calls');
  expect(JSON.parse(call.function.arguments)).toEqual(OBJECT);
  const second = await client.chat.completions.create({
    ...asked,
    messages: [...user('Weather?'), message, { role: 'tool', tool_call_id: call.id, content: 'rain' }],
  });
  expect(second.choices[0]?.message.content).toBe('It is rain.');
}

async function toolsStreamed(context: CheckContext): Promise<void> {
  const runner = clientOf(context).chat.completions.stream({
    model: context.chat,
    messages: user('Weather?'),
    tools: [WEATHER],
  });
  const completion = await runner.finalChatCompletion();
  const call = completion.choices[0]?.message.tool_calls?.[0];
  if (call?.type !== 'function') throw new Error('no tool was called');
  expect(call.function.name).toBe('weather');
  expect(JSON.parse(call.function.arguments)).toEqual(OBJECT);
}

async function parse(context: CheckContext): Promise<void> {
  const answer = await clientOf(context).chat.completions.parse({
    model: context.chat,
    messages: user('Where?'),
    response_format: zodResponseFormat(CITY, 'city'),
  });
  expect(answer.choices[0]?.message.parsed).toEqual(OBJECT);
}

async function vision(context: CheckContext): Promise<void> {
  const content = [
    { type: 'text' as const, text: 'What is this?' },
    { type: 'image_url' as const, image_url: { url: IMAGE } },
  ];
  const answer = await clientOf(context).chat.completions.create({
    model: context.chat,
    messages: [{ role: 'user', content }],
  });
  expect(answer.choices[0]?.message.content).toBe('I see an image.');
}

async function embeddings(context: CheckContext): Promise<void> {
  const { embeddings: api } = clientOf(context);
  const one = await api.create({ model: context.embedding, input: ['a', 'b'] });
  expect(one.data.map(({ embedding }) => embedding)).toEqual([
    [0.25, -0.5, 1],
    [0.25, -0.5, 1],
  ]);
  const floats = await api.create({ model: context.embedding, input: 'a', encoding_format: 'float' });
  expect(floats.data[0]?.embedding).toEqual([0.25, -0.5, 1]);
}

async function responses(context: CheckContext): Promise<void> {
  const response = await clientOf(context).responses.create({ model: context.chat, input: 'Hi' });
  expect(response).toMatchObject({ status: 'completed', output_text: 'You said: Hi' });
  expect(response.usage).toMatchObject({ input_tokens: TOKENS.input, output_tokens: TOKENS.output });
}

async function responsesStreamed(context: CheckContext): Promise<void> {
  const runner = clientOf(context).responses.stream({ model: context.chat, input: 'Hi' });
  const types: string[] = [];
  runner.on('event', ({ type }) => types.push(type));
  const response = await runner.finalResponse();
  expect(response.output_text).toBe('You said: Hi');
  expect(types.slice(0, 4)).toEqual([
    'response.created',
    'response.in_progress',
    'response.output_item.added',
    'response.content_part.added',
  ]);
  expect(types.at(-1)).toBe('response.completed');
}

async function images(context: CheckContext): Promise<void> {
  const answer = await clientOf(context).images.generate({ model: context.image, prompt: 'A cat' });
  expect(answer.data).toEqual([{ b64_json: 'aW1hZ2U=' }]);
}

async function speech(context: CheckContext): Promise<void> {
  const answer = await clientOf(context).audio.speech.create({
    model: context.speech,
    input: 'Hi',
    voice: 'alloy',
  });
  expect(answer.headers.get('content-type')).toBe('audio/mpeg');
  expect(await answer.text()).toBe('sound');
}

async function transcription(context: CheckContext): Promise<void> {
  const file = await toFile(Buffer.alloc(1000, 1), 'a.mp3');
  const answer = await clientOf(context).audio.transcriptions.create({ model: context.transcription, file });
  expect(answer.text).toBe('Hello');
}

async function models(context: CheckContext): Promise<void> {
  const client = clientOf(context);
  const list = await client.models.list();
  expect(list.data.map(({ id }) => id)).toContain(context.chat);
  expect((await client.models.retrieve(context.chat)).id).toBe(context.chat);
}

async function errors(context: CheckContext): Promise<void> {
  const { completions } = clientOf(context).chat;
  const refused = completions.create({ model: context.chat, messages: user(REFUSE) });
  const error = await refused.then(() => null).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(BadRequestError);
  expect((error as APIError).message).toContain('The scene refuses this.');
  const nobody = completions.create({ model: 'nobody', messages: user('Hi') });
  await expect(nobody).rejects.toBeInstanceOf(NotFoundError);
  const stranger = clientOf({ ...context, key: 'sk-aigc-0000000000000000' });
  await expect(stranger.models.list()).rejects.toBeInstanceOf(AuthenticationError);
}

/** A failure that passes is hidden, by the gateway or by the client's own retries. */
async function retries(context: CheckContext): Promise<void> {
  const answer = await clientOf(context, 2).chat.completions.create({
    model: context.chat,
    messages: user(`${FALTER} ${context.name}`),
  });
  expect(answer.choices[0]?.message.content).toContain(FALTER);
}

/** The upstream is given up when the client leaves. */
async function abort(context: CheckContext): Promise<void> {
  const { scene } = context;
  const before = scene.abandoned;
  const waiting = scene.waiting;
  const left = new AbortController();
  const call = clientOf(context).chat.completions.create(
    { model: context.chat, messages: user(WAIT), stream: true },
    { signal: left.signal },
  );
  const failure = call.then(() => null).catch((cause: unknown) => cause);
  await expect.poll(() => scene.waiting, { interval: 5, timeout: 10_000 }).toBeGreaterThan(waiting);
  left.abort();
  expect(await failure).toBeInstanceOf(APIUserAbortError);
  await expect.poll(() => scene.abandoned, { interval: 5, timeout: 10_000 }).toBeGreaterThan(before);
}

async function legacyCompletions(context: CheckContext): Promise<void> {
  const answer = await clientOf(context).completions.create({
    model: context.chat,
    prompt: 'Hi',
    echo: true,
  });
  expect(answer).toMatchObject({ object: 'text_completion', choices: [{ finish_reason: 'stop' }] });
  expect(answer.choices[0]?.text).toBe('HiYou said: Hi');
}

const CHECKS: readonly [Feature, Check['run']][] = [
  ['chat', chat],
  ['stream', stream],
  ['tools', tools],
  ['tools, streamed', toolsStreamed],
  ['JSON schema', parse],
  ['vision', vision],
  ['embeddings', embeddings],
  ['responses', responses],
  ['responses, streamed', responsesStreamed],
  ['completions', legacyCompletions],
  ['images', images],
  ['speech', speech],
  ['transcription', transcription],
  ['models', models],
  ['errors', errors],
  ['retries', retries],
  ['abort', abort],
];

/** https://github.com/openai/openai-node */
export const openAiNode: readonly Check[] = CHECKS.map(([feature, run]) => ({
  client: 'openai',
  feature,
  run,
}));
