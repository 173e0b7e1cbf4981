import type {
  Endpoint,
  JsonObject,
  MappedRequest,
  MappingContext,
  UpstreamRequest,
  UpstreamTarget,
} from '../../definition.ts';
import type { RequestDocument } from '../../request-document.ts';
import { toMessagesBody } from '../anthropic/messages-body.ts';
import { publisherModel, vertexAddress, VERTEX_HEADERS } from './address.ts';

/** https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai */
const VERSION = 'vertex-2023-10-16';

function methodOf(isStream: boolean): string {
  return isStream ? 'streamRawPredict' : 'rawPredict';
}

/** The address names the model, so the body must not. */
function claudeBody({ model: _inAddress, ...body }: JsonObject): JsonObject {
  return { anthropic_version: VERSION, ...body };
}

/** A chat request for one of Claude's models. @throws RequestMappingError */
export function claudeChatRequest(chat: JsonObject, context: MappingContext): MappedRequest {
  const { target, isStream } = context;
  const { id } = publisherModel(target.model);
  const named = { ...context, target: { ...target, model: id } };
  const { body, parameters } = toMessagesBody(chat, named, 'vertex');
  const url = vertexAddress(target, { publisher: 'anthropic', id }, methodOf(isStream));
  return { url: url.href, headers: VERTEX_HEADERS, body: claudeBody(body), parameters };
}

/** A request of Anthropic's own API, which Claude's models take here almost as it is. */
export function claudeMessagesRequest(
  target: UpstreamTarget,
  endpoint: Endpoint,
  request: RequestDocument,
): UpstreamRequest {
  const asked = JSON.parse(request.text) as JsonObject;
  const { id } = publisherModel(target.model);
  const isCount = endpoint === 'messages/count_tokens';
  const model = { publisher: 'anthropic', id: isCount ? 'count-tokens' : id };
  const url = vertexAddress(target, model, methodOf(!isCount && asked.stream === true));
  const body = isCount ? { ...asked, model: id } : claudeBody(asked);
  return { url: url.href, headers: VERTEX_HEADERS, body: [Buffer.from(JSON.stringify(body))] };
}
