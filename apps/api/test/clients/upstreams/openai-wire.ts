import {
  answerTo,
  halves,
  listOf,
  objectOf,
  TOKENS,
  wordsOf,
  type Asked,
  type Said,
  type SaidCall,
} from './scene.ts';
import { json, plain, typed, type OtherAnswer, type WireDialect } from './wire-dialect.ts';

type Json = Record<string, unknown>;

const USAGE = {
  prompt_tokens: TOKENS.input,
  completion_tokens: TOKENS.output,
  total_tokens: TOKENS.input + TOKENS.output,
};
const HEAD = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'gpt-scene', system_fingerprint: 'fp_1' };

function readChat(body: Json): Asked {
  const messages = listOf(body.messages);
  const last = messages.findLast(({ role }) => role === 'user');
  const result = messages.findLast(({ role }) => role === 'tool');
  const type = objectOf(body.response_format).type;
  return {
    text: wordsOf(last?.content),
    hasImage: listOf(last?.content).some((part) => part.type === 'image_url'),
    tool: (objectOf(listOf(body.tools)[0]?.function).name as string | undefined) ?? null,
    toolResult: result === undefined ? null : wordsOf(result.content),
    wantsJson: type === 'json_schema' || type === 'json_object',
    isStream: body.stream === true,
  };
}

function toolCall(said: SaidCall): Json {
  const { id, name, input } = said.call;
  return { id, type: 'function', function: { name, arguments: JSON.stringify(input) } };
}

function completion(said: Said): Json {
  const isCall = 'call' in said;
  const message = isCall
    ? { role: 'assistant', content: null, refusal: null, tool_calls: [toolCall(said)] }
    : { role: 'assistant', content: said.text, refusal: null };
  const choice = { index: 0, message, logprobs: null, finish_reason: isCall ? 'tool_calls' : 'stop' };
  return { ...HEAD, object: 'chat.completion', choices: [choice], usage: USAGE };
}

function chunks(said: Said): string[] {
  const chunk = (delta: Json, finishReason: string | null = null) =>
    plain({
      ...HEAD,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
      usage: null,
    });
  const deltas: Json[] =
    'call' in said
      ? [
          {
            tool_calls: [{ index: 0, ...toolCall(said), function: { name: said.call.name, arguments: '' } }],
          },
          ...halves(JSON.stringify(said.call.input)).map((piece) => ({
            tool_calls: [{ index: 0, function: { arguments: piece } }],
          })),
        ]
      : halves(said.text).map((content) => ({ content }));
  return [
    chunk({ role: 'assistant', content: 'call' in said ? null : '', refusal: null }),
    ...deltas.map((delta) => chunk(delta)),
    chunk({}, 'call' in said ? 'tool_calls' : 'stop'),
    plain({ ...HEAD, object: 'chat.completion.chunk', choices: [], usage: USAGE }),
    plain('[DONE]'),
  ];
}

function readResponse(body: Json): Asked {
  const input = typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : listOf(body.input);
  const last: Json | undefined = input.findLast((item: Json) => item.role === 'user');
  const result: Json | undefined = input.findLast((item: Json) => item.type === 'function_call_output');
  return {
    text: wordsOf(last?.content),
    hasImage: listOf(last?.content).some((part) => part.type === 'input_image'),
    tool: (listOf(body.tools)[0]?.name as string | undefined) ?? null,
    toolResult: result === undefined ? null : wordsOf(result.output),
    wantsJson: objectOf(objectOf(body.text).format).type === 'json_schema',
    isStream: body.stream === true,
  };
}

function responseItem(said: Said): Json {
  if ('call' in said) {
    const { id, name, input } = said.call;
    return {
      type: 'function_call',
      id: 'fc_1',
      call_id: id,
      name,
      arguments: JSON.stringify(input),
      status: 'completed',
    };
  }
  const part = { type: 'output_text', text: said.text, annotations: [], logprobs: [] };
  return { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [part] };
}

function response(output: Json[], status: string): Json {
  const usage = {
    input_tokens: TOKENS.input,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: TOKENS.output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: TOKENS.input + TOKENS.output,
  };
  const isDone = status === 'completed';
  return {
    id: 'resp_1',
    object: 'response',
    created_at: HEAD.created,
    status,
    error: null,
    incomplete_details: null,
    model: 'gpt-scene',
    output,
    parallel_tool_calls: true,
    tools: [],
    tool_choice: 'auto',
    usage: isDone ? usage : null,
  };
}

function responseEvents(said: Said): string[] {
  const events: ({ type: string } & Json)[] = [];
  const add = (type: string, members: Json) =>
    events.push({ type: `response.${type}`, sequence_number: events.length, ...members });
  const item = responseItem(said);
  const place = { item_id: item.id, output_index: 0 };
  add('created', { response: response([], 'in_progress') });
  add('in_progress', { response: response([], 'in_progress') });
  if ('call' in said) {
    add('output_item.added', { output_index: 0, item: { ...item, arguments: '', status: 'in_progress' } });
    for (const delta of halves(String(item.arguments)))
      add('function_call_arguments.delta', { ...place, delta });
    add('function_call_arguments.done', { ...place, arguments: item.arguments });
  } else {
    const at = { ...place, content_index: 0 };
    const [part] = listOf(item.content);
    add('output_item.added', { output_index: 0, item: { ...item, content: [], status: 'in_progress' } });
    add('content_part.added', { ...at, part: { ...part, text: '' } });
    for (const delta of halves(said.text)) add('output_text.delta', { ...at, delta, logprobs: [] });
    add('output_text.done', { ...at, text: said.text, logprobs: [] });
    add('content_part.done', { ...at, part });
  }
  add('output_item.done', { output_index: 0, item });
  add('completed', { response: response([item], 'completed') });
  return events.map(typed);
}

const VECTOR = [0.25, -0.5, 1];

function vectors({ input, encoding_format: format }: Json): Json {
  const inputs = Array.isArray(input) ? input : [input];
  const bytes = Buffer.alloc(VECTOR.length * 4);
  VECTOR.forEach((value, index) => bytes.writeFloatLE(value, index * 4));
  const embedding = format === 'base64' ? bytes.toString('base64') : VECTOR;
  const data = inputs.map((_input, index) => ({ object: 'embedding', index, embedding }));
  return { object: 'list', model: 'gpt-scene', data, usage: { prompt_tokens: 4, total_tokens: 4 } };
}

function other(path: string, body: Json): OtherAnswer | undefined {
  const endpoint = path.replace(/\?.*$/, '');
  if (endpoint.endsWith('/completions')) {
    const text = `${body.echo === true ? String(body.prompt) : ''}You said: ${String(body.prompt)}`;
    const choices = [{ index: 0, text, logprobs: null, finish_reason: 'stop' }];
    return json({ ...HEAD, object: 'text_completion', choices, usage: USAGE });
  }
  if (endpoint.endsWith('/embeddings')) return json(vectors(body));
  if (endpoint.endsWith('/images/generations')) return json({ created: 1, data: [{ b64_json: 'aW1hZ2U=' }] });
  if (endpoint.endsWith('/audio/speech')) return { contentType: 'audio/mpeg', body: 'sound' };
  if (endpoint.endsWith('/audio/transcriptions')) {
    return json({ text: 'Hello', usage: { type: 'duration', seconds: 1 } });
  }
  if (endpoint.endsWith('/responses')) {
    const asked = readResponse(body);
    const said = answerTo(asked);
    if (!asked.isStream) return json(response([responseItem(said)], 'completed'));
    return { contentType: 'text/event-stream', body: responseEvents(said).join('') };
  }
  return undefined;
}

/** https://platform.openai.com/docs/api-reference */
export const openAiWire: WireDialect = {
  dialect: 'openai-compatible',
  basePath: '/openai/v1',
  model: 'gpt-scene',
  read: (path, body) => (path.endsWith('/chat/completions') ? readChat(body) : null),
  whole: (said) => completion(said),
  events: (said) => chunks(said),
  error: (status, message) => ({
    error: {
      message,
      type: status === 429 ? 'rate_limit_error' : 'invalid_request_error',
      param: null,
      code: null,
    },
  }),
  other,
};

/** https://learn.microsoft.com/azure/ai-foundry/openai/reference: the v1 surface, with its chunks of filter results. */
export const azureWire: WireDialect = {
  ...openAiWire,
  dialect: 'azure',
  basePath: '/azure/openai/v1',
  whole: (said) => ({
    ...completion(said),
    prompt_filter_results: [{ prompt_index: 0, content_filter_results: {} }],
  }),
  events: (said) => [
    plain({
      choices: [],
      created: 0,
      id: '',
      model: '',
      object: '',
      prompt_filter_results: [{ prompt_index: 0 }],
    }),
    ...chunks(said).slice(0, -2),
    plain({
      ...HEAD,
      object: '',
      choices: [{ index: 0, finish_reason: null, content_filter_results: {}, content_filter_offsets: {} }],
    }),
    ...chunks(said).slice(-2),
  ],
};
