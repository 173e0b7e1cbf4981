import type { OpenApiOperation } from '../openapi-document.ts';

/** The endpoints of Anthropic's API. Written by hand: they pass on every field that they do not know. */

export const ANTHROPIC_TAG = 'Anthropic-compatible API';

const security = [{ modelKey: [] }];
const json = (schema: unknown, example?: unknown) => ({
  'application/json': { schema, ...(example === undefined ? {} : { example }) },
});
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const MESSAGES = [{ role: 'user', content: 'Hello' }];
const MESSAGE = {
  id: 'msg_req_01',
  type: 'message',
  role: 'assistant',
  model: 'demo-chat',
  content: [{ type: 'text', text: 'Hello! How can I help you?' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: {
    input_tokens: 12,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: 9,
  },
};
const EVENTS = [
  'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_req_01","type":"message","role":"assistant","model":"demo-chat","content":[],"stop_reason":null,"usage":{"input_tokens":12,"output_tokens":0}}}',
  'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}',
  'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}',
  'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}',
  'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}',
  'event: message_stop\ndata: {"type":"message_stop"}',
  '',
].join('\n\n');

const KINDS: Readonly<Record<number, [type: string, message: string]>> = {
  400: ['invalid_request_error', 'max_tokens is required.'],
  401: ['authentication_error', 'The API key is unknown or was deleted.'],
  402: ['billing_error', 'The balance does not cover what this call can cost.'],
  403: ['permission_error', 'This API key may not call the model "demo-chat".'],
  404: ['not_found_error', 'The model "demo" does not exist or is not available to you.'],
  413: ['request_too_large', 'The request body is larger than the limit of 32 MiB.'],
  429: [
    'rate_limit_error',
    'The limit of 60 requests per minute for this API key is reached. Try again later.',
  ],
  500: ['api_error', 'The server failed to process the request.'],
  502: ['api_error', 'The upstream could not be reached.'],
  503: ['overloaded_error', 'The upstream is overloaded (529)'],
};

const ERRORS = Object.fromEntries(
  Object.entries(KINDS).map(([status, [type, message]]) => [
    status,
    {
      description: `The call failed: \`${type}\`.`,
      content: json(ref('AnthropicError'), {
        type: 'error',
        error: { type, message },
        request_id: 'req_01kaj3h8z6f1d7w0s9v5x2c4bn',
      }),
    },
  ]),
);

export const ANTHROPIC_PATHS: Record<string, Record<string, OpenApiOperation>> = {
  '/api/v1/messages': {
    post: {
      operationId: 'createMessage',
      tags: [ANTHROPIC_TAG],
      summary: 'Answer a conversation, in Anthropic’s form',
      description:
        'Anthropic’s messages, of any language or vision model. A model behind Anthropic’s API gets the request as it is; for all others it is carried as a chat completion. With `stream: true` the answer comes as server-sent events.',
      security,
      requestBody: {
        required: true,
        content: json(ref('MessageRequest'), { model: 'demo-chat', max_tokens: 200, messages: MESSAGES }),
      },
      responses: {
        200: {
          description: 'The message, whole or as a stream.',
          content: {
            ...json(ref('Message'), MESSAGE),
            'text/event-stream': { schema: { type: 'string' }, example: EVENTS } as { example: unknown },
          },
        },
        ...ERRORS,
      },
    },
  },
  '/api/v1/messages/count_tokens': {
    post: {
      operationId: 'countMessageTokens',
      tags: [ANTHROPIC_TAG],
      summary: 'Count the input tokens of a message',
      description:
        'Asked of the upstream where it can count, else estimated, which the header `x-aigc-estimate` says. It costs nothing.',
      security,
      requestBody: {
        required: true,
        content: json(ref('MessageRequest'), { model: 'demo-chat', messages: MESSAGES }),
      },
      responses: {
        200: {
          description: 'The count.',
          content: json(ref('MessageTokenCount'), { input_tokens: 12 }),
        },
        ...ERRORS,
      },
    },
  },
};

const text = (description: string) => ({ type: 'string', description });
const count = { type: 'integer', minimum: 0 };
const anything = { type: 'object', additionalProperties: true };

export const ANTHROPIC_COMPONENTS: Record<string, unknown> = {
  MessageRequest: {
    type: 'object',
    required: ['messages'],
    additionalProperties: true,
    properties: {
      model: text(
        'A model’s title. Left out: the active language model, or the active vision model for images.',
      ),
      max_tokens: { type: 'integer', minimum: 1, description: 'Required for a message, not for a count.' },
      messages: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          required: ['role', 'content'],
          additionalProperties: true,
          properties: {
            role: text('`user` or `assistant`'),
            content: {
              description: 'A text, or a list of blocks (`text`, `image`, `tool_use`, `tool_result`, …).',
            },
          },
        },
      },
      system: { description: 'A text, or a list of text blocks.' },
      stream: { type: 'boolean', default: false },
      tools: { type: 'array', items: anything },
      tool_choice: anything,
      thinking: anything,
      stop_sequences: { type: 'array', items: { type: 'string' } },
    },
  },
  Message: {
    type: 'object',
    required: ['id', 'type', 'role', 'model', 'content', 'stop_reason', 'usage'],
    additionalProperties: true,
    properties: {
      id: { type: 'string' },
      type: { const: 'message' },
      role: { const: 'assistant' },
      model: { type: 'string' },
      content: { type: 'array', items: anything },
      stop_reason: { type: ['string', 'null'] },
      stop_sequence: { type: ['string', 'null'] },
      usage: {
        type: 'object',
        additionalProperties: true,
        properties: {
          input_tokens: { ...count, description: 'Without what concerns the cache.' },
          cache_creation_input_tokens: { type: ['integer', 'null'] },
          cache_read_input_tokens: { type: ['integer', 'null'] },
          output_tokens: count,
        },
      },
    },
  },
  MessageTokenCount: {
    type: 'object',
    required: ['input_tokens'],
    additionalProperties: true,
    properties: { input_tokens: count },
  },
  AnthropicError: {
    type: 'object',
    required: ['type', 'error', 'request_id'],
    properties: {
      type: { const: 'error' },
      error: {
        type: 'object',
        required: ['type', 'message'],
        properties: { type: { type: 'string' }, message: { type: 'string' } },
      },
      request_id: text('The id under which the log has the call.'),
    },
  },
};
