import { expect, test } from 'vitest';
import type { JsonObject } from '../../definition.ts';
import { RequestMappingError } from '../../mapping-errors.ts';
import { messagesToChat } from './to-chat.ts';

const BASE = { model: 'm', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] };
const EPHEMERAL = { type: 'ephemeral' };

const toChat = (request: JsonObject) => messagesToChat({ ...BASE, ...request });

function refusedParam(request: JsonObject): string | null {
  try {
    toChat(request);
    return null;
  } catch (error) {
    return error instanceof RequestMappingError ? error.param : String(error);
  }
}

test('a plain request keeps its limit, its sampling, its user and where it stops', () => {
  const { chat, parameters } = toChat({
    system: 'Be brief.',
    temperature: 0.5,
    top_p: 0.9,
    top_k: 4,
    stop_sequences: ['END'],
    metadata: { user_id: 'user-7' },
    stream: true,
  });
  expect(chat).toEqual({
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ],
    max_completion_tokens: 100,
    temperature: 0.5,
    top_p: 0.9,
    stop: ['END'],
    user: 'user-7',
    stream: true,
  });
  expect(parameters.dropped).toEqual(['top_k']);
  expect(parameters.mapped).toContain('stop_sequences');
});

test('blocks of the system become one message, without marks for a cache', () => {
  const text = (value: string) => ({ type: 'text', text: value, cache_control: EPHEMERAL });
  const { chat, parameters } = toChat({ system: [text('One.'), text('Two.')] });
  expect(chat.messages).toEqual([
    { role: 'system', content: 'One.\n\nTwo.' },
    { role: 'user', content: 'Hi' },
  ]);
  expect(parameters.dropped).toEqual(['cache_control']);
});

test('calls of tools and their results become messages of their own, results first', () => {
  const { chat, parameters } = toChat({
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'Weather?' }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
          { type: 'text', text: 'Let me look.' },
          { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Rome' } },
          { type: 'tool_use', id: 'toolu_2', name: 'get_time', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'And?' },
          { type: 'tool_result', tool_use_id: 'toolu_1', content: '23' },
          {
            type: 'tool_result',
            tool_use_id: 'toolu_2',
            is_error: true,
            content: [
              { type: 'text', text: 'no clock' },
              { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
            ],
          },
        ],
      },
    ],
  });
  const call = (id: string, name: string, args: string) => ({
    id,
    type: 'function',
    function: { name, arguments: args },
  });
  expect(chat.messages).toEqual([
    { role: 'user', content: 'Weather?' },
    {
      role: 'assistant',
      content: 'Let me look.',
      tool_calls: [call('toolu_1', 'get_weather', '{"city":"Rome"}'), call('toolu_2', 'get_time', '{}')],
    },
    { role: 'tool', tool_call_id: 'toolu_1', content: '23' },
    { role: 'tool', tool_call_id: 'toolu_2', content: 'no clock' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'And?' },
        { type: 'text', text: 'From the tool call toolu_2:' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
      ],
    },
  ]);
  expect(parameters.dropped).toEqual(['thinking blocks', 'tool_result.is_error']);
});

test('images and documents become parts', () => {
  const { chat } = toChat({
    messages: [
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'url', url: 'https://images.example/a.png' } },
          {
            type: 'document',
            title: 'Note',
            source: { type: 'text', media_type: 'text/plain', data: 'Text' },
          },
          { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' } },
        ],
      },
    ],
  });
  expect(chat.messages).toEqual([
    {
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url: 'https://images.example/a.png' } },
        { type: 'text', text: 'Note\n\nText' },
        {
          type: 'file',
          file: { filename: 'document.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' },
        },
      ],
    },
  ]);
});

test('tools and the choice among them are those of a chat', () => {
  const tools = [{ name: 'f', description: 'Does it', input_schema: { type: 'object' } }];
  const choice = (tool_choice: JsonObject) => {
    const { chat } = toChat({ tools, tool_choice });
    return [chat.tool_choice, chat.parallel_tool_calls];
  };
  expect(toChat({ tools }).chat.tools).toEqual([
    { type: 'function', function: { name: 'f', description: 'Does it', parameters: { type: 'object' } } },
  ]);
  expect(choice({ type: 'auto' })).toEqual(['auto', undefined]);
  expect(choice({ type: 'any', disable_parallel_tool_use: true })).toEqual(['required', false]);
  expect(choice({ type: 'none' })).toEqual(['none', undefined]);
  expect(choice({ type: 'tool', name: 'f' })).toEqual([
    { type: 'function', function: { name: 'f' } },
    undefined,
  ]);
});

test.each([
  [{ thinking: { type: 'enabled', budget_tokens: 1024 } }, 'low'],
  [{ thinking: { type: 'enabled', budget_tokens: 31_999 } }, 'high'],
  [{ thinking: { type: 'adaptive' } }, 'high'],
  [{ thinking: { type: 'adaptive' }, output_config: { effort: 'medium' } }, 'medium'],
  [{ output_config: { effort: 'max' } }, 'xhigh'],
  [{ thinking: { type: 'disabled' }, output_config: { effort: 'low' } }, undefined],
  [{}, undefined],
])('%j asks for the effort %s', (request, effort) => {
  const { chat, parameters } = toChat(request);
  expect(chat.reasoning_effort).toBe(effort);
  expect(parameters.dropped).toEqual([]);
});

test('an answer bound to a schema is asked for as one', () => {
  const schema = { type: 'object', properties: {} };
  const { chat } = toChat({ output_config: { format: { type: 'json_schema', schema } } });
  expect(chat.response_format).toEqual({
    type: 'json_schema',
    json_schema: { name: 'answer', strict: true, schema },
  });
});

test('a long name of a user is told by its digest, more stops than four are reported', () => {
  const { chat, parameters } = toChat({
    metadata: { user_id: 'u'.repeat(200) },
    stop_sequences: ['1', '2', '3', '4', '5'],
  });
  expect(chat.user).toMatch(/^[0-9a-f]{64}$/);
  expect(chat.stop).toEqual(['1', '2', '3', '4']);
  expect(parameters.dropped).toEqual(['stop_sequences above 4']);
});

test.each<[JsonObject, string]>([
  [{ max_tokens: undefined }, 'max_tokens'],
  [{ max_tokens: 0 }, 'max_tokens'],
  [{ messages: [] }, 'messages'],
  [{ messages: [{ role: 'robot', content: '' }] }, 'messages[0].role'],
  [{ messages: [{ role: 'user', content: [{ type: 'container_upload' }] }] }, 'messages[0].content[0].type'],
  [
    { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'file', file_id: 'f' } }] }] },
    'messages[0].content[0].source',
  ],
  [
    { messages: [{ role: 'assistant', content: [{ type: 'server_tool_use' }] }] },
    'messages[0].content[0].type',
  ],
  [{ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, 'tools[0].type'],
  [{ tools: [{ name: 'f' }], tool_choice: { type: 'some' } }, 'tool_choice'],
  [{ mcp_servers: [{ type: 'url', url: 'https://mcp.example' }] }, 'mcp_servers'],
])('%j is refused, and what is wrong with it is named', (request, param) => {
  expect(refusedParam(request)).toBe(param);
});
