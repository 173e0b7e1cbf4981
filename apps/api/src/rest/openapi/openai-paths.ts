import type { OpenApiOperation } from '../openapi-document.ts';
import { errorRefs } from './error-responses.ts';
import { OTHER_OPENAI_COMPONENTS, OTHER_OPENAI_PATHS } from './openai-other-paths.ts';

/** The OpenAI-compatible endpoints. Written by hand: they pass on every field that they do not know. */

export const OPENAI_TAG = 'OpenAI-compatible API';

const security = [{ modelKey: [] }];
const json = (schema: unknown, example?: unknown) => ({
  'application/json': { schema, ...(example === undefined ? {} : { example }) },
});
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const CALL_ERRORS = errorRefs([400, 401, 402, 403, 404, 413, 415, 429, 500, 502, 503]);

const USAGE = { prompt_tokens: 12, completion_tokens: 9, total_tokens: 21 };
const COMPLETION = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_795_248_000,
  model: 'demo-chat',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Hello! How can I help you?', refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: USAGE,
};
const CHUNKS = [
  'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1795248000,"model":"demo-chat","choices":[{"index":0,"delta":{"role":"assistant","content":"Hello"},"finish_reason":null}]}',
  'data: [DONE]',
  '',
].join('\n\n');
const MODEL = {
  id: 'demo-chat',
  object: 'model',
  created: 1_795_248_000,
  owned_by: 'Demo',
  is_local: false,
  context_length: 32_768,
  modalities: { input: ['text', 'image'], output: ['text'] },
  pricing: { input: '0', output: '0' },
};

export const OPENAI_PATHS: Record<string, Record<string, OpenApiOperation>> = {
  '/api/v1/chat/completions': {
    post: {
      operationId: 'createChatCompletion',
      tags: [OPENAI_TAG],
      summary: 'Answer a conversation',
      description:
        'OpenAI’s chat completions. Every parameter of OpenAI’s API passes through, also those not listed here. With `stream: true` the answer comes as server-sent events.',
      security,
      requestBody: {
        required: true,
        content: json(ref('ChatCompletionRequest'), {
          model: 'demo-chat',
          messages: [{ role: 'user', content: 'Hello' }],
        }),
      },
      responses: {
        200: {
          description: 'The answer, whole or as a stream.',
          content: {
            ...json(ref('ChatCompletion'), COMPLETION),
            'text/event-stream': { schema: { type: 'string' }, example: CHUNKS } as { example: unknown },
          },
        },
        ...CALL_ERRORS,
      },
    },
  },
  '/api/v1/models': {
    get: {
      operationId: 'listModels',
      tags: [OPENAI_TAG],
      summary: 'List the models that your key may call',
      security,
      responses: {
        200: {
          description: 'The models.',
          content: json(
            {
              type: 'object',
              required: ['object', 'data'],
              properties: { object: { const: 'list' }, data: { type: 'array', items: ref('CallableModel') } },
            },
            { object: 'list', data: [MODEL] },
          ),
        },
        ...errorRefs([401, 403, 500, 503]),
      },
    },
  },
  '/api/v1/models/{id}': {
    get: {
      operationId: 'retrieveModel',
      tags: [OPENAI_TAG],
      summary: 'One model that your key may call',
      security,
      parameters: [
        {
          name: 'id',
          in: 'path',
          required: true,
          description: 'The model’s title. Slashes in it may be written as `%2F`.',
          schema: { type: 'string' },
          example: 'demo-chat',
        },
      ],
      responses: {
        200: { description: 'The model.', content: json(ref('CallableModel'), MODEL) },
        ...errorRefs([401, 403, 404, 500, 503]),
      },
    },
  },
  '/api/v1/vision/completions': {
    post: {
      operationId: 'createVisionCompletion',
      tags: [OPENAI_TAG],
      summary: 'Ask about an uploaded image',
      description:
        'The image is turned upright, resized and sent to a vision model. Without `model` the active vision model answers.',
      security,
      requestBody: {
        required: true,
        content: {
          'multipart/form-data': { schema: ref('VisionForm') },
          ...json(ref('VisionRequest'), {
            model: 'demo-vision',
            image: 'data:image/png;base64,iVBORw0KGgo…',
            prompt: 'What is in this image?',
          }),
        },
      },
      responses: {
        200: {
          description: 'A chat completion.',
          content: json(ref('ChatCompletion'), { ...COMPLETION, model: 'demo-vision' }),
        },
        ...CALL_ERRORS,
      },
    },
  },
  '/api/v1/embeddings': {
    post: {
      operationId: 'createEmbedding',
      tags: [OPENAI_TAG],
      summary: 'Turn texts into vectors',
      security,
      requestBody: {
        required: true,
        content: json(ref('EmbeddingRequest'), { model: 'demo-embedding', input: ['Hello'] }),
      },
      responses: {
        200: {
          description: 'One vector for each text, in order.',
          content: json(ref('EmbeddingList'), {
            object: 'list',
            data: [{ object: 'embedding', index: 0, embedding: [0.013, -0.027] }],
            model: 'demo-embedding',
            usage: { prompt_tokens: 1, total_tokens: 1 },
          }),
        },
        ...CALL_ERRORS,
      },
    },
  },
  ...OTHER_OPENAI_PATHS,
};

const text = (description: string) => ({ type: 'string', description });
const count = { type: 'integer', minimum: 0 };
const usage = {
  type: 'object',
  properties: { prompt_tokens: count, completion_tokens: count, total_tokens: count },
};

export const OPENAI_COMPONENTS: Record<string, unknown> = {
  ...OTHER_OPENAI_COMPONENTS,
  ChatCompletionRequest: {
    type: 'object',
    required: ['messages'],
    additionalProperties: true,
    properties: {
      model: text(
        'A model’s title. Left out: the active language model, or the active vision model for images.',
      ),
      messages: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          required: ['role'],
          additionalProperties: true,
          properties: {
            role: text('`system`, `user`, `assistant`, `tool`, …'),
            content: { description: 'A text, or a list of parts (`text`, `image_url`).' },
          },
        },
      },
      stream: { type: 'boolean', default: false },
      stream_options: { type: 'object', properties: { include_usage: { type: 'boolean' } } },
      temperature: { type: 'number' },
      max_tokens: { type: 'integer', minimum: 1 },
      max_completion_tokens: { type: 'integer', minimum: 1 },
    },
  },
  ChatCompletion: {
    type: 'object',
    required: ['id', 'object', 'created', 'model', 'choices'],
    additionalProperties: true,
    properties: {
      id: { type: 'string' },
      object: { const: 'chat.completion' },
      created: { type: 'integer', description: 'Seconds since 1970.' },
      model: { type: 'string' },
      choices: {
        type: 'array',
        items: {
          type: 'object',
          additionalProperties: true,
          properties: {
            index: count,
            message: {
              type: 'object',
              additionalProperties: true,
              properties: { role: { type: 'string' }, content: { type: ['string', 'null'] } },
            },
            finish_reason: { type: ['string', 'null'] },
          },
        },
      },
      usage,
    },
  },
  CallableModel: {
    type: 'object',
    required: ['id', 'object', 'created', 'owned_by'],
    additionalProperties: true,
    properties: {
      id: text('What programs send as `model`.'),
      object: { const: 'model' },
      created: { type: 'integer' },
      owned_by: { type: 'string' },
      is_local: { type: 'boolean' },
      context_length: { type: ['integer', 'null'] },
      modalities: { type: 'object', additionalProperties: true },
      pricing: {
        description:
          'Per million tokens in the platform’s currency; null for local models, which cost nothing.',
        type: ['object', 'null'],
        properties: { input: { type: 'string' }, output: { type: 'string' } },
      },
    },
  },
  VisionForm: {
    type: 'object',
    required: ['image'],
    properties: {
      image: { type: 'string', contentMediaType: 'application/octet-stream', description: 'An image file.' },
      prompt: text('What to ask. Left out: a description of the image.'),
      model: text('A vision model’s title.'),
    },
  },
  VisionRequest: {
    type: 'object',
    required: ['image'],
    additionalProperties: true,
    properties: {
      image: text('A data URL or base64 text. Addresses are not fetched.'),
      prompt: text('What to ask. Left out: a description of the image.'),
      model: text('A vision model’s title.'),
    },
  },
  EmbeddingRequest: {
    type: 'object',
    required: ['input'],
    additionalProperties: true,
    properties: {
      model: text('An embedding model’s title.'),
      input: { description: 'A text, several texts, or lists of token ids.' },
      encoding_format: { type: 'string', enum: ['float', 'base64'], default: 'float' },
      dimensions: { type: 'integer', minimum: 1 },
    },
  },
  EmbeddingList: {
    type: 'object',
    properties: {
      object: { const: 'list' },
      data: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            object: { const: 'embedding' },
            index: count,
            embedding: { description: 'Numbers, or base64 of 32-bit floats.' },
          },
        },
      },
      model: { type: 'string' },
      usage,
    },
  },
};
