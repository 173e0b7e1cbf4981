import type OpenAI from 'openai';
import { TEST_IMAGE_URL } from '../connection-test/test-image.ts';
import { judge, saidInstead, type Finding, type ProbeContext } from './probe-context.ts';

type Messages = OpenAI.ChatCompletionMessageParam[];
type More = Partial<OpenAI.ChatCompletionCreateParamsNonStreaming>;

/** The first choice of a whole answer. */
async function ask({ client, model, signal }: ProbeContext, messages: Messages, more: More = {}) {
  const answer = await client.chat.completions.create({ model, messages, ...more }, { signal });
  return answer.choices?.[0];
}

const user = (content: string) => ({ role: 'user' as const, content });

export async function probeUnary(context: ProbeContext): Promise<Finding[]> {
  const choice = await ask(context, [user('Reply with the single word pong.')]);
  const text = choice?.message?.content ?? '';
  return [judge('unary', text.trim() !== '', saidInstead(text))];
}

export async function probeSystemRole(context: ProbeContext): Promise<Finding[]> {
  const system = {
    role: 'system' as const,
    content: 'Whatever is asked, answer with the single word BANANA.',
  };
  const choice = await ask(context, [system, user('What is two plus two?')]);
  const text = choice?.message?.content;
  return [judge('system_role', /banana/i.test(text ?? ''), saidInstead(text))];
}

export async function probeMultiTurn(context: ProbeContext): Promise<Finding[]> {
  const choice = await ask(context, [
    user('My code word is KIWI-7. Remember it.'),
    { role: 'assistant', content: 'I will remember it.' },
    user('What is my code word? Answer with the code word alone.'),
  ]);
  const text = choice?.message?.content;
  return [judge('multi_turn', /kiwi-?7/i.test(text ?? ''), saidInstead(text))];
}

export async function probeStop(context: ProbeContext): Promise<Finding[]> {
  const asked = [user('Count from 1 to 9 with digits, separated by spaces, and say nothing else.')];
  const text = (await ask(context, asked, { stop: ['7'] }))?.message?.content ?? '';
  return [judge('stop', text.includes('3') && !/[789]/.test(text), saidInstead(text))];
}

const WEATHER = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    description: 'Tells the weather of a city.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

export async function probeTools(context: ProbeContext): Promise<Finding[]> {
  const asked = [user('What is the weather in Paris now? Use the tool.')];
  const choice = await ask(context, asked, { tools: [WEATHER] });
  const call = choice?.message?.tool_calls?.[0];
  if (call?.type !== 'function' || call.function.name !== WEATHER.function.name) {
    return [judge('tools', false, saidInstead(choice?.message?.content))];
  }
  const given = parseObject(call.function.arguments);
  return [
    judge('tools', typeof given?.['city'] === 'string', 'The arguments of its call do not fit the tool.'),
  ];
}

const CITY = {
  name: 'city',
  strict: true,
  schema: {
    type: 'object',
    properties: { city: { type: 'string' }, residents: { type: 'integer' } },
    required: ['city', 'residents'],
    additionalProperties: false,
  },
};

export async function probeJsonSchema(context: ProbeContext): Promise<Finding[]> {
  const asked = [user('Name the capital of Japan and roughly how many people live there.')];
  const choice = await ask(context, asked, {
    response_format: { type: 'json_schema', json_schema: CITY },
  });
  const text = choice?.message?.content ?? '';
  const made = parseObject(text);
  const fits =
    made !== null &&
    typeof made['city'] === 'string' &&
    Number.isInteger(made['residents']) &&
    Object.keys(made).length === 2;
  return [judge('json_schema', fits, saidInstead(text))];
}

export async function probeVision(context: ProbeContext): Promise<Finding[]> {
  const content = [
    { type: 'text' as const, text: 'Which colour is this picture? Answer with one English word.' },
    { type: 'image_url' as const, image_url: { url: TEST_IMAGE_URL } },
  ];
  const text = (await ask(context, [{ role: 'user', content }]))?.message?.content;
  return [judge('vision', /\bred\b|crimson|scarlet|红/i.test(text ?? ''), saidInstead(text))];
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
