import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClientProtocol } from '../src/client-protocol.ts';
import type { JsonObject, ProviderDefinition, UpstreamTarget } from '../src/definition.ts';
import { RequestMappingError, UpstreamAnswerError } from '../src/mapping-errors.ts';
import { completionsProtocol } from '../src/protocols/completions/protocol.ts';
import { messagesProtocol } from '../src/protocols/messages/protocol.ts';
import { responsesProtocol } from '../src/protocols/responses/protocol.ts';
import { providerDefinition } from '../src/registry.ts';
import { readEvents, readFixtures, type Fixture } from './fixture.ts';

/**
 * Whatever stands in the place of any member, a mapping either copes or says what is wrong: it throws nothing but
 * its two errors. The places are those of the fixtures.
 */

const RUNS = { numRuns: 150, seed: 20_261_121 };
const VALUES = fc.constantFrom<unknown>(null, true, 0, -1.5, 1e300, '', 'x', [], {}, [null], [[]], [{}], {
  a: null,
});

type Path = (string | number)[];

function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...at, key]))];
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as JsonObject) };
  (copy as JsonObject)[key] = replaced((copy as JsonObject)[key], rest, by);
  return copy;
}

/** Calls `act` with the shape, each time another value in another place. */
function withFaults(shape: JsonObject, act: (faulty: JsonObject) => void): void {
  const paths = pathsOf(shape).slice(1);
  if (paths.length === 0) return;
  const place = fc.constantFrom(...paths);
  fc.assert(
    fc.property(place, VALUES, (path, value) => act(replaced(shape, path, value) as JsonObject)),
    RUNS,
  );
}

function expectKnownErrors(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    if (error instanceof RequestMappingError) expect(error.param).not.toBe('');
    else expect(error).toBeInstanceOf(UpstreamAnswerError);
  }
}

interface Replay {
  dialect: string;
  definition: ProviderDefinition;
  target: UpstreamTarget;
  fixture: Fixture;
}

function replay({ dialect, definition, target, fixture }: Replay): void {
  const { chat, embeddings } = definition;
  switch (fixture.kind) {
    case 'request': {
      const mapping = fixture.endpoint === 'embeddings' ? embeddings : chat;
      return withFaults(fixture.request, (request) =>
        expectKnownErrors(() => mapping?.request(request, { target, isStream: true, maxOutputTokens: null })),
      );
    }
    case 'answer': {
      const mapping = fixture.endpoint === 'embeddings' ? embeddings : chat;
      return withFaults(fixture.answer, (answer) =>
        expectKnownErrors(() => mapping?.answer(answer, { target, request: fixture.request ?? {} })),
      );
    }
    case 'stream': {
      const events = readEvents(dialect, fixture.stream);
      const parsed = { list: events.map(({ data }) => parse(data)) };
      return withFaults(parsed, ({ list }) =>
        expectKnownErrors(() => {
          const mapper = chat?.openStream({ target, request: fixture.request ?? {} });
          const faulty = Array.isArray(list) ? (list as unknown[]) : [];
          for (const [index, { event }] of events.entries()) {
            mapper?.read({ event, data: JSON.stringify(faulty[index] ?? null) });
          }
          mapper?.end();
        }),
      );
    }
    case 'error':
      return withFaults({ body: fixture.body }, ({ body }) => {
        const error = definition.readError(body, target);
        definition.classify?.({ status: fixture.status, error, body });
      });
  }
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}

test.each(readFixtures())('$dialect: $name, with anything anywhere', ({ dialect, fixture }) => {
  const definition = providerDefinition(dialect);
  const usual = { baseUrl: 'https://upstream.example/v1', model: 'model', apiKey: 'key' };
  replay({ dialect, definition, target: { ...usual, ...fixture.target }, fixture });
});

const CALL = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } };
const ANSWER = {
  id: 'chatcmpl-1',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: 'Hi',
        reasoning_content: 'Hm',
        refusal: null,
        tool_calls: [CALL],
      },
      finish_reason: 'tool_calls',
    },
  ],
  usage: { prompt_tokens: 10, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 1 } },
};
const delta = (members: JsonObject, finish: string | null = null) => ({
  id: 'chatcmpl-1',
  choices: [{ index: 0, delta: members, finish_reason: finish }],
});
const CHUNKS = [
  delta({ role: 'assistant', content: 'Hi', reasoning_content: 'Hm' }),
  delta({ thinking_blocks: [{ type: 'thinking', thinking: 'Hm', signature: 's' }] }),
  delta({ tool_calls: [{ index: 0, ...CALL }] }),
  delta({ tool_calls: [{ index: 0, function: { arguments: '}' } }] }, 'tool_calls'),
  { id: 'chatcmpl-1', choices: [], usage: ANSWER.usage },
];

const PROTOCOLS: [string, ClientProtocol, JsonObject][] = [
  [
    'messages',
    messagesProtocol,
    {
      model: 'm',
      max_tokens: 10,
      system: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }],
      thinking: { type: 'enabled', budget_tokens: 2000 },
      output_config: { effort: 'low', format: { type: 'json_schema', schema: { type: 'object' } } },
      metadata: { user_id: 'u' },
      stop_sequences: ['a'],
      tools: [{ name: 'f', description: 'd', input_schema: { type: 'object' } }],
      tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: true },
      messages: [
        {
          role: 'user',
          content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'A' } }],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 't', signature: 's' },
            { type: 'tool_use', id: 't', name: 'f', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'a' }], is_error: true },
            {
              type: 'document',
              title: 'd',
              source: { type: 'content', content: [{ type: 'text', text: 'a' }] },
            },
          ],
        },
      ],
    },
  ],
  [
    'responses',
    responsesProtocol,
    {
      model: 'm',
      instructions: 'i',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'a' },
            { type: 'input_image', image_url: 'data:x' },
          ],
        },
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: 'o' },
      ],
      tools: [{ type: 'function', name: 'f', parameters: { type: 'object' } }],
      text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' } } },
      reasoning: { effort: 'low' },
    },
  ],
  [
    'completions',
    completionsProtocol,
    { model: 'm', prompt: ['a'], stop: ['b'], logprobs: 1, suffix: 'c', echo: true },
  ],
];

test.each(PROTOCOLS)('requests of %s, with anything anywhere', (_name, protocol, request) => {
  withFaults(request, (faulty) => expectKnownErrors(() => protocol.toChat(faulty)));
});

test.each(PROTOCOLS)('answers and streams for %s, with anything anywhere', (_name, protocol, request) => {
  const context = { request, model: 'm', requestId: 'r' };
  withFaults(ANSWER, (faulty) => expectKnownErrors(() => protocol.fromChat(faulty, context)));
  withFaults({ list: CHUNKS }, ({ list }) =>
    expectKnownErrors(() => {
      const writer = protocol.openStream(context);
      const chunks = Array.isArray(list) ? (list as unknown[]) : [];
      for (const chunk of chunks) {
        if (typeof chunk === 'object' && chunk !== null) writer.read(chunk as JsonObject);
      }
      writer.end();
    }),
  );
});
