import Anthropic, { BadRequestError } from '@anthropic-ai/sdk';
import { expect } from 'vitest';
import type { Check, CheckContext, Feature } from './check.ts';
import { OBJECT, REFUSE, TOKENS } from './upstreams/scene.ts';

const clientOf = ({ origin, key }: CheckContext) =>
  new Anthropic({ baseURL: origin, apiKey: key, maxRetries: 0 });

const WEATHER = {
  name: 'weather',
  description: 'The weather of a city',
  input_schema: { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] },
};
/** One pixel. */
const IMAGE =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const asked = ({ chat }: CheckContext, content: Anthropic.MessageParam['content']) => ({
  model: chat,
  max_tokens: 100,
  messages: [{ role: 'user' as const, content }],
});

async function tools(context: CheckContext): Promise<void> {
  const client = clientOf(context);
  const request = { ...asked(context, 'Weather?'), tools: [WEATHER] };
  const first = await client.messages.create(request);
  const use = first.content.find((block) => block.type === 'tool_use');
  if (use === undefined) throw new Error('no tool was used');
  expect(first.stop_reason).toBe('tool_use');
  expect(use).toMatchObject({ name: 'weather', input: OBJECT });
  const result = { type: 'tool_result' as const, tool_use_id: use.id, content: 'rain' };
  const second = await client.messages.create({
    ...request,
    messages: [
      ...request.messages,
      { role: 'assistant', content: first.content },
      { role: 'user', content: [result] },
    ],
  });
  expect(second.content).toMatchObject([{ type: 'text', text: 'It is rain.' }]);
}

const CHECKS: readonly [Feature, Check['run']][] = [
  [
    'chat',
    async (context) => {
      const message = await clientOf(context).messages.create(asked(context, 'Hi'));
      expect(message).toMatchObject({
        role: 'assistant',
        stop_reason: 'end_turn',
        content: [{ type: 'text', text: 'You said: Hi' }],
        usage: { input_tokens: TOKENS.input, output_tokens: TOKENS.output },
      });
    },
  ],
  [
    'stream',
    async (context) => {
      const message = await clientOf(context).messages.stream(asked(context, 'Hi')).finalMessage();
      expect(message.content).toMatchObject([{ type: 'text', text: 'You said: Hi' }]);
      expect(message.usage.output_tokens).toBe(TOKENS.output);
    },
  ],
  ['tools', tools],
  [
    'tools, streamed',
    async (context) => {
      const request = { ...asked(context, 'Weather?'), tools: [WEATHER] };
      const message = await clientOf(context).messages.stream(request).finalMessage();
      expect(message.stop_reason).toBe('tool_use');
      expect(message.content.at(-1)).toMatchObject({ type: 'tool_use', name: 'weather', input: OBJECT });
    },
  ],
  [
    'vision',
    async (context) => {
      const source = { type: 'base64' as const, media_type: 'image/png' as const, data: IMAGE };
      const message = await clientOf(context).messages.create(
        asked(context, [
          { type: 'text', text: 'What is this?' },
          { type: 'image', source },
        ]),
      );
      expect(message.content).toMatchObject([{ type: 'text', text: 'I see an image.' }]);
    },
  ],
  [
    'count tokens',
    async (context) => {
      const { max_tokens: _limit, ...request } = asked(context, 'Hello there');
      const { input_tokens: tokens } = await clientOf(context).messages.countTokens(request);
      expect(tokens).toBeGreaterThan(0);
    },
  ],
  [
    'errors',
    async (context) => {
      const refused = clientOf(context).messages.create(asked(context, REFUSE));
      const error = await refused.then(() => null).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(BadRequestError);
      expect(String(error)).toContain('The scene refuses this.');
    },
  ],
];

/** https://github.com/anthropics/anthropic-sdk-typescript */
export const anthropicSdk: readonly Check[] = CHECKS.map(([feature, run]) => ({
  client: '@anthropic-ai/sdk',
  feature,
  run,
}));
