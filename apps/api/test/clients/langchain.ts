import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { expect } from 'vitest';
import { z } from 'zod';
import type { Check, CheckContext, Feature } from './check.ts';
import { OBJECT, TOKENS } from './upstreams/scene.ts';

const modelOf = ({ origin, key, chat }: CheckContext) =>
  new ChatOpenAI({ model: chat, apiKey: key, maxRetries: 0, configuration: { baseURL: `${origin}/v1` } });

const weather = tool(() => 'rain', {
  name: 'weather',
  description: 'The weather of a city',
  schema: z.object({ city: z.string() }),
});

const CHECKS: readonly [Feature, Check['run']][] = [
  [
    'chat',
    async (context) => {
      const answer = await modelOf(context).invoke('Hi');
      expect(answer.content).toBe('You said: Hi');
      expect(answer.usage_metadata).toMatchObject({
        input_tokens: TOKENS.input,
        output_tokens: TOKENS.output,
      });
    },
  ],
  [
    'stream',
    async (context) => {
      let text = '';
      for await (const chunk of await modelOf(context).stream('Hi')) text += chunk.text;
      expect(text).toBe('You said: Hi');
    },
  ],
  [
    'tools',
    async (context) => {
      const model = modelOf(context).bindTools([weather]);
      const asked = new HumanMessage('Weather?');
      const first = await model.invoke([asked]);
      const call = first.tool_calls?.[0];
      expect(call).toMatchObject({ name: 'weather', args: OBJECT });
      const given = new ToolMessage({ tool_call_id: call?.id ?? '', content: 'rain' });
      expect((await model.invoke([asked, first, given])).content).toBe('It is rain.');
    },
  ],
  [
    'tools, streamed',
    async (context) => {
      let whole: Awaited<ReturnType<ChatOpenAI['invoke']>> | undefined;
      const model = modelOf(context).bindTools([weather]);
      for await (const chunk of await model.stream('Weather?')) {
        whole = whole === undefined ? chunk : whole.concat(chunk);
      }
      expect(whole?.tool_calls?.[0]).toMatchObject({ name: 'weather', args: OBJECT });
    },
  ],
  [
    'JSON schema',
    async (context) => {
      const schema = z.object({ city: z.string(), degrees: z.number() });
      const model = modelOf(context).withStructuredOutput(schema, { name: 'city', method: 'jsonSchema' });
      expect(await model.invoke('Where?')).toEqual(OBJECT);
    },
  ],
  [
    'embeddings',
    async ({ origin, key, embedding }) => {
      const model = new OpenAIEmbeddings({
        model: embedding,
        apiKey: key,
        maxRetries: 0,
        configuration: { baseURL: `${origin}/v1` },
      });
      expect(await model.embedDocuments(['a', 'b'])).toEqual([
        [0.25, -0.5, 1],
        [0.25, -0.5, 1],
      ]);
    },
  ],
];

/** https://docs.langchain.com/oss/javascript/integrations/chat/openai */
export const langchain: readonly Check[] = CHECKS.map(([feature, run]) => ({
  client: '@langchain/openai',
  feature,
  run,
}));
