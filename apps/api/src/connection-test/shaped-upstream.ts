import { Readable } from 'node:stream';
import type { JsonObject, ProviderDefinition, UpstreamTarget } from '@aigc/providers/definition';
import { RequestMappingError, UpstreamAnswerError } from '@aigc/providers/mapping-errors';
import { RequestDocument } from '@aigc/providers/request-document';
import { resolveEndpoint } from '@aigc/shared/resolve-endpoint';
import { SseDecoder } from '../gateway/stream/sse-decoder.ts';
import type { AccessTokens } from '../outbound/access-tokens.ts';
import type { Outbound, OutboundRequest, OutboundResponse } from '../outbound/outbound.ts';
import { readBody } from '../outbound/read-body.ts';

/** An upstream that a test calls, whatever it speaks. */
export interface ShapedUpstream {
  definition: ProviderDefinition;
  target: UpstreamTarget;
  accessTokens: AccessTokens;
  outbound: Pick<Outbound, 'request'>;
}

export type ShapedEndpoint = 'chat/completions' | 'embeddings' | 'models';

const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;

/**
 * Calls an upstream with a request of OpenAI's form and gives its answer in that form, by the mappings that
 * calls of programs go through, so that a test tells what they would meet.
 * @throws OutboundError, or AppError where the address cannot be called
 */
export async function callShaped(
  upstream: ShapedUpstream,
  endpoint: ShapedEndpoint,
  request: OutboundRequest,
): Promise<OutboundResponse> {
  if (endpoint === 'models') return listModels(upstream, request);
  const { definition, target } = upstream;
  const body = Buffer.from(request.body ?? '');
  if (definition.serves(endpoint, target)) {
    const {
      url,
      headers,
      body: parts,
    } = definition.buildRequest(target, endpoint, new RequestDocument(body));
    return shapedError(
      upstream,
      await send(upstream, {
        ...request,
        url,
        headers: withAccept(headers, request),
        body: Buffer.concat([...parts]),
      }),
    );
  }
  const mapping = endpoint === 'embeddings' ? definition.embeddings : definition.chat;
  if (mapping === undefined) return answer(404, envelope('This upstream does not serve the endpoint.'));
  const asked = JSON.parse(body.toString('utf8')) as JsonObject;
  const isStream = asked.stream === true;
  const context = { target, request: asked };
  try {
    const mapped = mapping.request(asked, { target, isStream, maxOutputTokens: null });
    const headers = withAccept(mapped.headers, request);
    const response = await send(upstream, {
      ...request,
      url: mapped.url,
      headers,
      method: mapped.method ?? 'POST',
      body: mapped.method === 'GET' ? undefined : JSON.stringify(mapped.body),
    });
    if (response.status >= 400) return await shapedError(upstream, response);
    if (isStream && endpoint === 'chat/completions' && isEventStream(response)) {
      return {
        ...response,
        headers: EVENT_STREAM,
        body: chunks(response, definition.chat?.openStream(context)),
      };
    }
    const said = JSON.parse((await readBody(response, MAX_ANSWER_BYTES)).toString('utf8')) as JsonObject;
    return { ...answer(response.status, mapping.answer(said, context)), timings: response.timings };
  } catch (error) {
    if (error instanceof RequestMappingError) return answer(400, envelope(error.message));
    if (error instanceof UpstreamAnswerError) return answer(502, envelope(error.message));
    if (error instanceof SyntaxError) return answer(200, 'no JSON');
    throw error;
  }
}

const EVENT_STREAM = { 'content-type': 'text/event-stream' };

function isEventStream({ headers }: OutboundResponse): boolean {
  return String(headers['content-type'] ?? '')
    .toLowerCase()
    .startsWith('text/event-stream');
}

function withAccept(
  headers: Readonly<Record<string, string>>,
  request: OutboundRequest,
): Record<string, string> {
  return { accept: request.headers.accept ?? 'application/json', ...headers };
}

/** With an access token where the upstream wants one; a refused one is replaced once. */
async function send(upstream: ShapedUpstream, request: OutboundRequest): Promise<OutboundResponse> {
  const { definition, target, accessTokens, outbound } = upstream;
  const source = definition.accessToken;
  if (source === undefined) return outbound.request(request);
  const secret = target.apiKey ?? '';
  const authorized = async (): Promise<[string, OutboundResponse]> => {
    const token = await accessTokens.get(source, secret);
    const headers = { ...request.headers, authorization: `Bearer ${token}` };
    return [token, await outbound.request({ ...request, headers })];
  };
  const [token, response] = await authorized();
  if (response.status !== 401) return response;
  response.body.destroy();
  accessTokens.drop(secret, token);
  return (await authorized())[1];
}

/** An error in OpenAI's envelope, if the dialect can read it; as it is otherwise. */
async function shapedError(
  { definition, target }: ShapedUpstream,
  response: OutboundResponse,
): Promise<OutboundResponse> {
  if (response.status < 400) return response;
  const text = await readBody(response, MAX_ERROR_BYTES).then(String, () => '');
  const said = definition.readError(parse(text), target);
  const body = said === undefined ? text : JSON.stringify({ error: said });
  return { ...response, body: Readable.from([Buffer.from(body)]) };
}

/** Whether there is a list of models to ask for. */
export function listsModels({ definition, target }: Pick<ShapedUpstream, 'definition' | 'target'>): boolean {
  return definition.modelList !== undefined || definition.serves('chat/completions', target);
}

/** The list of models by their ids, in OpenAI's form. */
async function listModels(upstream: ShapedUpstream, request: OutboundRequest): Promise<OutboundResponse> {
  const { definition, target } = upstream;
  const list = definition.modelList;
  if (list === undefined) {
    const resolved = resolveEndpoint(target.baseUrl, 'models');
    if (!resolved.ok || !definition.serves('chat/completions', target)) {
      return answer(404, envelope('This upstream does not list its models.'));
    }
    const { headers } = definition.buildRequest(
      target,
      'chat/completions',
      new RequestDocument(Buffer.from('{}')),
    );
    return send(upstream, { ...request, url: resolved.url, headers: withAccept(headers, request) });
  }
  const { url, headers } = list.request(target);
  const response = await send(upstream, { ...request, url, headers: withAccept(headers, request) });
  if (response.status >= 400) return shapedError(upstream, response);
  const said = parse((await readBody(response, MAX_ANSWER_BYTES)).toString('utf8'));
  const ids = typeof said === 'object' && said !== null ? list.read(said as JsonObject) : [];
  const data = ids.map((id) => ({ id, object: 'model' }));
  return { ...answer(200, { object: 'list', data }), timings: response.timings };
}

type Mapper = ReturnType<NonNullable<ProviderDefinition['chat']>['openStream']>;

/** The events of a stream as OpenAI's; what breaks it ends it with an error event. */
function chunks(response: OutboundResponse, mapper: Mapper | undefined): OutboundResponse['body'] {
  const decoder = new SseDecoder();
  const written = (found: JsonObject[] = []) =>
    found.map((chunk) => Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`));
  async function* read(): AsyncGenerator<Buffer> {
    try {
      for await (const bytes of response.body) {
        for (const event of decoder.push(bytes)) yield* written(mapper?.read(event));
      }
      for (const event of decoder.end()) yield* written(mapper?.read(event));
      yield* written(mapper?.end());
      yield Buffer.from('data: [DONE]\n\n');
    } catch (error) {
      if (!(error instanceof UpstreamAnswerError)) throw error;
      yield Buffer.from(`data: ${JSON.stringify(envelope(error.message))}\n\n`);
    }
  }
  return Readable.from(read());
}

function envelope(message: string): JsonObject {
  return { error: { message, type: null, code: null, param: null } };
}

/** An answer of this process's own. */
function answer(status: number, body: unknown): OutboundResponse {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Readable.from([bytes]),
    timings: { sentMs: 0, firstByteMs: 0 },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
