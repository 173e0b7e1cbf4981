import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embedMany, generateObject, generateText, isStepCount, streamText, tool } from 'ai';
import { expect } from 'vitest';
import { z } from 'zod';
import type { Check, CheckContext, Feature } from './check.ts';
import { OBJECT, TOKENS } from './upstreams/scene.ts';

const providerOf = ({ origin, key }: CheckContext) =>
  createOpenAICompatible({
    name: 'aigc-space',
    baseURL: `${origin}/v1`,
    apiKey: key,
    includeUsage: true,
    supportsStructuredOutputs: true,
  });
const modelOf = (context: CheckContext) => providerOf(context).chatModel(context.chat);

const weather = tool({
  description: 'The weather of a city',
  inputSchema: z.object({ city: z.string(), degrees: z.number().optional() }),
  execute: () => 'rain',
});

const CHECKS: readonly [Feature, Check['run']][] = [
  [
    'chat',
    async (context) => {
      const { text, usage } = await generateText({ model: modelOf(context), prompt: 'Hi', maxRetries: 0 });
      expect(text).toBe('You said: Hi');
      expect(usage).toMatchObject({ inputTokens: TOKENS.input, outputTokens: TOKENS.output });
    },
  ],
  [
    'stream',
    async (context) => {
      const result = streamText({ model: modelOf(context), prompt: 'Hi', maxRetries: 0 });
      let text = '';
      for await (const piece of result.textStream) text += piece;
      expect(text).toBe('You said: Hi');
      expect(await result.usage).toMatchObject({ inputTokens: TOKENS.input, outputTokens: TOKENS.output });
    },
  ],
  [
    'tools',
    async (context) => {
      const { text, steps } = await generateText({
        model: modelOf(context),
        prompt: 'Weather?',
        tools: { weather },
        stopWhen: isStepCount(2),
        maxRetries: 0,
      });
      expect(steps[0]?.toolCalls[0]).toMatchObject({ toolName: 'weather', input: OBJECT });
      expect(text).toBe('It is rain.');
    },
  ],
  [
    'tools, streamed',
    async (context) => {
      const result = streamText({
        model: modelOf(context),
        prompt: 'Weather?',
        tools: { weather },
        stopWhen: isStepCount(2),
        maxRetries: 0,
      });
      await result.consumeStream();
      expect(await result.text).toBe('It is rain.');
    },
  ],
  [
    'JSON schema',
    async (context) => {
      const { object } = await generateObject({
        model: modelOf(context),
        schema: z.object({ city: z.string(), degrees: z.number() }),
        prompt: 'Where?',
        maxRetries: 0,
      });
      expect(object).toEqual(OBJECT);
    },
  ],
  [
    'embeddings',
    async (context) => {
      const { embeddings } = await embedMany({
        model: providerOf(context).embeddingModel(context.embedding),
        values: ['a', 'b'],
        maxRetries: 0,
      });
      expect(embeddings[1]).toEqual([0.25, -0.5, 1]);
    },
  ],
];

/** https://ai-sdk.dev/providers/openai-compatible-providers */
export const vercelAi: readonly Check[] = CHECKS.map(([feature, run]) => ({
  client: '@ai-sdk/openai-compatible',
  feature,
  run,
}));
