import { expect, test } from 'vitest';
import { RequestMappingError } from '../../mapping-errors.ts';
import { writeDetails } from './input-items.ts';
import { responsesToChat } from './to-chat.ts';

test('a text, instructions and parameters become a chat; unknown parameters pass', () => {
  const { chat, parameters } = responsesToChat({
    model: 'm',
    instructions: 'Be brief.',
    input: 'Hi',
    max_output_tokens: 50,
    temperature: 0.2,
    top_p: null,
    parallel_tool_calls: false,
    reasoning: { effort: 'low', summary: 'auto' },
    text: {
      verbosity: 'low',
      format: { type: 'json_schema', name: 'answer', schema: { type: 'object' }, strict: true },
    },
    metadata: { ticket: '7' },
    store: false,
    truncation: 'disabled',
    stream: true,
    stream_options: { include_obfuscation: false },
    user: 'u',
    enable_thinking: true,
  });
  expect(chat).toEqual({
    model: 'm',
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ],
    max_completion_tokens: 50,
    temperature: 0.2,
    parallel_tool_calls: false,
    reasoning_effort: 'low',
    verbosity: 'low',
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'answer', schema: { type: 'object' }, strict: true },
    },
    stream: true,
    user: 'u',
    enable_thinking: true,
  });
  expect(parameters).toEqual({
    mapped: [
      'input',
      'instructions',
      'max_output_tokens',
      'text.verbosity',
      'text.format',
      'reasoning.effort',
    ],
    dropped: ['reasoning.summary'],
  });
});

test('what chat has nothing like is reported as dropped, and a response never has several answers', () => {
  const { chat, parameters } = responsesToChat({
    input: 'Hi',
    store: true,
    truncation: 'auto',
    context_management: [{ type: 'compaction' }],
    include: ['web_search_call.results'],
    n: 3,
  });
  expect(parameters.dropped).toEqual(['n', 'context_management', 'include', 'store', 'truncation']);
  expect(chat).not.toHaveProperty('n');
});

test('log probabilities are asked for by include or by their number', () => {
  const { chat } = responsesToChat({
    input: 'Hi',
    include: ['message.output_text.logprobs'],
    top_logprobs: 3,
  });
  expect(chat).toMatchObject({ logprobs: true, top_logprobs: 3 });
});

test('images, files, sounds and earlier answers keep their place', () => {
  const { chat } = responsesToChat({
    input: [
      { role: 'developer', content: 'Rules' },
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'What is this?' },
          { type: 'input_image', image_url: 'data:image/png;base64,AA==', detail: 'low' },
          { type: 'input_image', image_url: 'https://example.com/a.png', detail: 'auto' },
          { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA==' },
          { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } },
        ],
      },
      {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        status: 'completed',
        content: [
          { type: 'output_text', text: 'A ', annotations: [] },
          { type: 'output_text', text: 'cat', annotations: [] },
        ],
      },
      { role: 'user', content: 'Sure?' },
    ],
  });
  expect(chat.messages).toEqual([
    { role: 'system', content: 'Rules' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'low' } },
        { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
        { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA==' } },
        { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } },
      ],
    },
    { role: 'assistant', content: 'A cat' },
    { role: 'user', content: 'Sure?' },
  ]);
});

test('thoughts, words and calls of one turn are one message, and outputs follow it', () => {
  const thinking = { thinking_blocks: [{ type: 'thinking', thinking: 'hm', signature: 's' }] };
  const { chat } = responsesToChat({
    input: [
      { role: 'user', content: 'Weather?' },
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [],
        content: [{ type: 'reasoning_text', text: 'I look.' }],
        encrypted_content: writeDetails(thinking),
      },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'One moment.' }] },
      { type: 'function_call', call_id: 'c1', name: 'weather', arguments: '{"city":"Oslo"}' },
      {
        type: 'function_call',
        call_id: 'c2',
        name: 'time',
        arguments: '',
        extra_content: { google: { a: 1 } },
      },
      { type: 'function_call_output', call_id: 'c1', output: 'rain' },
      { type: 'function_call_output', call_id: 'c2', output: [{ type: 'input_text', text: 'noon' }] },
    ],
  });
  expect(chat.messages).toEqual([
    { role: 'user', content: 'Weather?' },
    {
      role: 'assistant',
      content: 'One moment.',
      reasoning_content: 'I look.',
      ...thinking,
      tool_calls: [
        { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
        {
          id: 'c2',
          type: 'function',
          function: { name: 'time', arguments: '' },
          extra_content: { google: { a: 1 } },
        },
      ],
    },
    { role: 'tool', tool_call_id: 'c1', content: 'rain' },
    { role: 'tool', tool_call_id: 'c2', content: 'noon' },
  ]);
});

test('thoughts of a turn that called nothing are not sent back', () => {
  const { chat } = responsesToChat({
    input: [
      { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'hm' }] },
      { role: 'assistant', content: 'Hello' },
      { role: 'user', content: 'Again' },
    ],
  });
  expect(JSON.stringify(chat)).not.toContain('hm');
});

const FUNCTION = {
  type: 'function',
  name: 'f',
  description: 'd',
  parameters: { type: 'object' },
  strict: true,
};

test('functions and the choice among them have their form in chat', () => {
  const tools = [FUNCTION, { type: 'function', name: 'g', parameters: null, strict: null }];
  const f = {
    type: 'function',
    function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
  };
  const g = { type: 'function', function: { name: 'g', parameters: { type: 'object', properties: {} } } };
  const chat = (more: object) => responsesToChat({ input: 'a', tools, ...more }).chat;
  expect(chat({ tool_choice: 'required' })).toMatchObject({ tools: [f, g], tool_choice: 'required' });
  expect(chat({ tool_choice: { type: 'function', name: 'g' } })).toMatchObject({
    tool_choice: { type: 'function', function: { name: 'g' } },
  });
  const allowed = { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'g' }] };
  expect(chat({ tool_choice: allowed })).toMatchObject({ tools: [g], tool_choice: 'required' });
});

test.each([
  ['no input', {}, 'input'],
  ['an empty input', { input: [] }, 'input'],
  ['an item that is no object', { input: ['a'] }, 'input[0]'],
  ['an unknown role', { input: [{ role: 'tool', content: 'a' }] }, 'input[0].role'],
  ['no content', { input: [{ role: 'user' }] }, 'input[0].content'],
  [
    'an unknown part',
    { input: [{ role: 'user', content: [{ type: 'video' }] }] },
    'input[0].content[0].type',
  ],
  [
    'an image by id',
    { input: [{ role: 'user', content: [{ type: 'input_image', file_id: 'f' }] }] },
    'input[0].content[0].file_id',
  ],
  [
    'a file by address',
    { input: [{ role: 'user', content: [{ type: 'input_file', file_url: 'https://a' }] }] },
    'input[0].content[0]',
  ],
  ['a reference', { input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input[0]'],
  ['a shell call', { input: [{ type: 'local_shell_call' }] }, 'input[0].type'],
  ['a call without id', { input: [{ type: 'function_call', name: 'f' }] }, 'input[0].call_id'],
  ['a hosted tool', { input: 'a', tools: [FUNCTION, { type: 'web_search' }] }, 'tools[1].type'],
  ['a hosted tool chosen', { input: 'a', tool_choice: { type: 'file_search' } }, 'tool_choice'],
  ['an unknown format', { input: 'a', text: { format: { type: 'grammar' } } }, 'text.format.type'],
  ['an earlier response', { input: 'a', previous_response_id: 'resp_1' }, 'previous_response_id'],
  ['a conversation', { input: 'a', conversation: 'conv_1' }, 'conversation'],
  ['work in the background', { input: 'a', background: true }, 'background'],
  ['a stored prompt', { prompt: { id: 'p' } }, 'prompt'],
])('%s cannot be carried over chat and is named', (_name, request, param) => {
  expect(() => responsesToChat(request)).toThrow(
    expect.objectContaining({ name: RequestMappingError.name, param }),
  );
});

test('a hosted tool is named in the reason', () => {
  expect(() => responsesToChat({ input: 'a', tools: [{ type: 'web_search' }] })).toThrow(/"web_search"/);
});
