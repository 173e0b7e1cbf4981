import type { OpenApiOperation } from '../openapi-document.ts';
import { errorRefs } from './error-responses.ts';

/** The endpoints beside chat, vision, embeddings and models. Written by hand, for the same reason as those. */

const TAG = 'OpenAI-compatible API';
const CALL_ERRORS = errorRefs([400, 401, 402, 403, 404, 413, 415, 429, 500, 502, 503]);

const json = (schema: unknown, example: unknown) => ({ 'application/json': { schema, example } });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const other = (type: string, example: unknown) => ({ [type]: { schema: { type: 'string' }, example } });

interface Described {
  operationId: string;
  summary: string;
  description: string;
  request: Record<string, unknown>;
  answer: { description: string; content: Record<string, unknown> };
}

function call({
  operationId,
  summary,
  description,
  request,
  answer,
}: Described): Record<string, OpenApiOperation> {
  return {
    post: {
      operationId,
      tags: [TAG],
      summary,
      description,
      security: [{ modelKey: [] }],
      requestBody: { required: true, content: request },
      responses: { 200: answer, ...CALL_ERRORS },
    } as OpenApiOperation,
  };
}

const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  created_at: 1_795_248_000,
  status: 'completed',
  model: 'demo-chat',
  output: [
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'Hello!', annotations: [] }],
    },
  ],
  usage: { input_tokens: 12, output_tokens: 2, total_tokens: 14 },
};
const RESPONSE_EVENT =
  'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"Hello"}\n\n';
const LEGACY = {
  id: 'cmpl-1',
  object: 'text_completion',
  created: 1_795_248_000,
  model: 'demo-chat',
  choices: [{ index: 0, text: ' there was a fox.', logprobs: null, finish_reason: 'stop' }],
  usage: { prompt_tokens: 4, completion_tokens: 5, total_tokens: 9 },
};
const IMAGES = { created: 1_795_248_000, data: [{ b64_json: 'iVBORw0KGgo…' }] };
const TRANSCRIPT = { text: 'Hello there.', usage: { type: 'duration', seconds: 2 } };

/** What is answered to a sound in words, in the format that was asked for. */
const transcriptAnswer = {
  description: 'What was said, in the format asked for.',
  content: {
    ...json(ref('Transcript'), TRANSCRIPT),
    ...other('text/plain', 'Hello there.'),
    ...other('text/vtt', 'WEBVTT\n\n00:00.000 --> 00:02.000\nHello there.\n'),
  },
};

export const OTHER_OPENAI_PATHS: Record<string, Record<string, OpenApiOperation>> = {
  '/api/v1/responses': call({
    operationId: 'createResponse',
    summary: 'Make a response',
    description:
      'OpenAI’s Responses API. Passed on where the upstream serves it, carried over chat completions elsewhere. Responses are not kept: `previous_response_id`, `conversation` and `background` are refused.',
    request: json(ref('ResponseRequest'), { model: 'demo-chat', input: 'Hello' }),
    answer: {
      description: 'The response, whole or as events.',
      content: { ...json(ref('Response'), RESPONSE), ...other('text/event-stream', RESPONSE_EVENT) },
    },
  }),
  '/api/v1/completions': call({
    operationId: 'createCompletion',
    summary: 'Complete a text (legacy)',
    description:
      'OpenAI’s older completions. Passed on where the upstream serves them, carried over chat completions elsewhere: one prompt as text then, without `suffix`.',
    request: json(ref('CompletionRequest'), {
      model: 'demo-chat',
      prompt: 'Once upon a time',
      max_tokens: 16,
    }),
    answer: { description: 'The text, whole or as a stream.', content: json(ref('Completion'), LEGACY) },
  }),
  '/api/v1/images/generations': call({
    operationId: 'createImage',
    summary: 'Make images',
    description: 'For models of type image. Every parameter passes on to the upstream.',
    request: json(ref('ImageRequest'), { model: 'painter', prompt: 'A fox in the snow', n: 1 }),
    answer: { description: 'The images.', content: json(ref('ImageList'), IMAGES) },
  }),
  '/api/v1/images/edits': call({
    operationId: 'createImageEdit',
    summary: 'Change images',
    description: 'A form with one or several files `image` or `image[]`, 64 MiB together.',
    request: { 'multipart/form-data': { schema: ref('ImageEditForm') } },
    answer: { description: 'The images.', content: json(ref('ImageList'), IMAGES) },
  }),
  '/api/v1/audio/speech': call({
    operationId: 'createSpeech',
    summary: 'Speak a text',
    description:
      'For models of type speech. The sound comes while it is made; with `stream_format: "sse"`, as events.',
    request: json(ref('SpeechRequest'), { model: 'speaker', input: 'Hello there.', voice: 'alloy' }),
    answer: {
      description: 'The sound, of the type that the upstream gives it.',
      content: { 'audio/mpeg': { schema: { type: 'string', contentMediaType: 'audio/mpeg' } } },
    },
  }),
  '/api/v1/audio/transcriptions': call({
    operationId: 'createTranscription',
    summary: 'Write down what is said',
    description: 'For models of type transcription. A form with a file `file` of up to 25 MiB.',
    request: { 'multipart/form-data': { schema: ref('TranscriptionForm') } },
    answer: transcriptAnswer,
  }),
  '/api/v1/audio/translations': call({
    operationId: 'createTranslation',
    summary: 'Write down in English what is said',
    description: 'For models of type transcription. A form with a file `file` of up to 25 MiB.',
    request: { 'multipart/form-data': { schema: ref('TranscriptionForm') } },
    answer: transcriptAnswer,
  }),
  '/api/v1/rerank': call({
    operationId: 'rerank',
    summary: 'Rank documents by a query',
    description: 'For models of type rerank, in the form that Cohere and Jina share.',
    request: json(ref('RerankRequest'), {
      model: 'ranker',
      query: 'fox',
      documents: ['A dog', 'A fox'],
      top_n: 1,
    }),
    answer: {
      description: 'Documents by their index, the best first.',
      content: json(ref('RerankResults'), { results: [{ index: 1, relevance_score: 0.98 }] }),
    },
  }),
  '/api/v1/moderations': call({
    operationId: 'createModeration',
    summary: 'Judge texts or images',
    description: 'For models of type moderation.',
    request: json(ref('ModerationRequest'), { model: 'judge', input: 'Hello' }),
    answer: {
      description: 'One result for each input.',
      content: json(ref('ModerationResults'), {
        id: 'modr-1',
        model: 'judge',
        results: [{ flagged: false }],
      }),
    },
  }),
};

const text = (description: string) => ({ type: 'string', description });
const file = (description: string) => ({
  type: 'string',
  contentMediaType: 'application/octet-stream',
  description,
});
const object = (properties: Record<string, unknown>, required: string[] = []) => ({
  type: 'object',
  ...(required.length === 0 ? {} : { required }),
  additionalProperties: true,
  properties,
});
const list = (items: unknown = {}) => ({ type: 'array', items });
const stream = { type: 'boolean', default: false };

export const OTHER_OPENAI_COMPONENTS: Record<string, unknown> = {
  ResponseRequest: object(
    {
      model: text('A model’s title. Left out: the active language model.'),
      input: { description: 'A text, or a list of items.' },
      instructions: text('What the model must heed.'),
      max_output_tokens: { type: 'integer', minimum: 1 },
      tools: list(),
      stream,
    },
    ['input'],
  ),
  Response: object({
    id: { type: 'string' },
    object: { const: 'response' },
    status: { type: 'string' },
    output: list(),
  }),
  CompletionRequest: object(
    {
      model: text('A model’s title. Left out: the active language model.'),
      prompt: { description: 'A text, several texts, or lists of token ids.' },
      max_tokens: { type: 'integer', minimum: 1 },
      stream,
    },
    ['prompt'],
  ),
  Completion: object({ id: { type: 'string' }, object: { const: 'text_completion' }, choices: list() }),
  ImageRequest: object(
    {
      model: text('The title of a model of type image.'),
      prompt: text('What is to be seen.'),
      n: { type: 'integer', minimum: 1, maximum: 16, default: 1 },
      stream,
    },
    ['model', 'prompt'],
  ),
  ImageEditForm: object(
    {
      model: text('The title of a model of type image.'),
      prompt: text('What is to be changed.'),
      image: file('An image; several as `image[]`.'),
      mask: file('Where it may be changed.'),
    },
    ['model', 'prompt', 'image'],
  ),
  ImageList: object({ created: { type: 'integer' }, data: list() }),
  SpeechRequest: object(
    {
      model: text('The title of a model of type speech.'),
      input: text('What is to be said.'),
      voice: text('A voice of the upstream’s.'),
      response_format: text('mp3, wav, …'),
      stream_format: { type: 'string', enum: ['audio', 'sse'], default: 'audio' },
    },
    ['model', 'input'],
  ),
  TranscriptionForm: object(
    {
      model: text('The title of a model of type transcription.'),
      file: file('A sound.'),
      response_format: {
        type: 'string',
        enum: ['json', 'text', 'srt', 'verbose_json', 'vtt', 'diarized_json'],
        default: 'json',
      },
      stream,
    },
    ['model', 'file'],
  ),
  Transcript: object({ text: { type: 'string' } }),
  RerankRequest: object(
    {
      model: text('The title of a model of type rerank.'),
      query: text('What is looked for.'),
      documents: list({ description: 'A text, or an object.' }),
      top_n: { type: 'integer', minimum: 1 },
    },
    ['model', 'query', 'documents'],
  ),
  RerankResults: object({ results: list() }),
  ModerationRequest: object(
    {
      model: text('The title of a model of type moderation.'),
      input: { description: 'A text, several, or parts.' },
    },
    ['model', 'input'],
  ),
  ModerationResults: object({ results: list() }),
};
